BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE assessment (
	interview_id VARCHAR(32) NOT NULL, 
	turn INTEGER NOT NULL, 
	content JSON NOT NULL, 
	CONSTRAINT pk_assessment PRIMARY KEY (interview_id, turn), 
	CONSTRAINT fk_assessment_interview_id_turn FOREIGN KEY(interview_id, turn) REFERENCES turn (interview_id, seq) ON DELETE CASCADE
);
INSERT INTO "assessment" VALUES('327bcd2da1f915ef03b9723e',2,'{"turn": 2, "intent": "answer", "marks": [], "misconceptions": [], "clarification": null}');
INSERT INTO "assessment" VALUES('327bcd2da1f915ef03b9723e',4,'{"turn": 4, "intent": "answer", "marks": [], "misconceptions": [], "clarification": null}');
INSERT INTO "assessment" VALUES('3f43946406abc7c8126e8f3b',2,'{"turn": 2, "intent": "answer", "marks": [], "misconceptions": [], "clarification": null}');
CREATE TABLE dispute (
	id INTEGER NOT NULL, 
	interview_id VARCHAR(32) NOT NULL, 
	exchange INTEGER NOT NULL, 
	criterion VARCHAR(64) NOT NULL, 
	comment TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_dispute PRIMARY KEY (id), 
	CONSTRAINT fk_dispute_interview_id_exchange FOREIGN KEY(interview_id, exchange) REFERENCES exchange (interview_id, number) ON DELETE CASCADE
);
INSERT INTO "dispute" VALUES(1,'327bcd2da1f915ef03b9723e',1,'cost','I said that they keep you dry.','2026-03-01 09:02:00.000000');
CREATE TABLE exchange (
	interview_id VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	opened_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	paused_before FLOAT NOT NULL, 
	CONSTRAINT pk_exchange PRIMARY KEY (interview_id, number), 
	CONSTRAINT fk_exchange_interview_id_interview FOREIGN KEY(interview_id) REFERENCES interview (id) ON DELETE CASCADE
);
INSERT INTO "exchange" VALUES('327bcd2da1f915ef03b9723e',1,'closed','2026-03-01 09:00:00.000000','2026-03-01 09:01:00.000000',0.0);
INSERT INTO "exchange" VALUES('327bcd2da1f915ef03b9723e',2,'closed','2026-03-01 09:01:00.000000','2026-03-01 09:02:00.000000',0.0);
INSERT INTO "exchange" VALUES('3f43946406abc7c8126e8f3b',1,'open','2026-03-01 09:12:00.000000',NULL,0.0);
CREATE TABLE grade (
	id INTEGER NOT NULL, 
	interview_id VARCHAR(32) NOT NULL, 
	exchange INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	score FLOAT, 
	model VARCHAR(200), 
	rubric_hash VARCHAR(64) NOT NULL, 
	content JSON NOT NULL, 
	CONSTRAINT pk_grade PRIMARY KEY (id), 
	CONSTRAINT fk_grade_interview_id_exchange FOREIGN KEY(interview_id, exchange) REFERENCES exchange (interview_id, number) ON DELETE CASCADE
);
INSERT INTO "grade" VALUES(1,'327bcd2da1f915ef03b9723e',1,'2026-03-01 09:01:00.000000','graded',5.0,'scripted','b997ef29286e426b','{"status": "graded", "score": 5.0, "low": 5.0, "high": 5.0, "band": 5, "confidence": 1.0, "verdicts": [{"criterion": "use", "text": "Says what umbrellas are for", "kind": "core", "weight": 1.0, "verdict": "met", "confidence": 1.0, "reason": "Said so.", "evidence": [{"turn": 2, "start": 0, "end": 50, "text": "They keep you dry, umbrellas are useful every day."}], "doubtful": false}, {"criterion": "cost", "text": "Says what umbrellas cost", "kind": "strong", "weight": 1.0, "verdict": "met", "confidence": 1.0, "reason": "Said so.", "evidence": [{"turn": 2, "start": 0, "end": 50, "text": "They keep you dry, umbrellas are useful every day."}], "doubtful": false}], "misconceptions": [], "flags": [], "hints_used": 0, "provenance": {"model": "scripted", "version": "1", "rubric_hash": "b997ef29286e426b", "prompt_version": null, "settings": {}, "tokens_in": null, "tokens_out": null, "cost": null, "seconds": 0.0004}}');
INSERT INTO "grade" VALUES(2,'327bcd2da1f915ef03b9723e',2,'2026-03-01 09:02:00.000000','graded',5.0,'scripted','6283d5cf4eb925c9','{"status": "graded", "score": 5.0, "low": 5.0, "high": 5.0, "band": 5, "confidence": 1.0, "verdicts": [{"criterion": "use", "text": "Says what kettles are for", "kind": "core", "weight": 1.0, "verdict": "met", "confidence": 1.0, "reason": "Said so.", "evidence": [{"turn": 4, "start": 0, "end": 19, "text": "Kettles boil water."}], "doubtful": false}, {"criterion": "cost", "text": "Says what kettles cost", "kind": "strong", "weight": 1.0, "verdict": "met", "confidence": 1.0, "reason": "Said so.", "evidence": [{"turn": 4, "start": 0, "end": 19, "text": "Kettles boil water."}], "doubtful": false}], "misconceptions": [], "flags": [], "hints_used": 0, "provenance": {"model": "scripted", "version": "1", "rubric_hash": "6283d5cf4eb925c9", "prompt_version": null, "settings": {}, "tokens_in": null, "tokens_out": null, "cost": null, "seconds": 0.0003}}');
CREATE TABLE interview (
	id VARCHAR(32) NOT NULL, 
	owner VARCHAR(32) NOT NULL, 
	setup JSON NOT NULL, 
	bank_hash VARCHAR(64) NOT NULL, 
	model VARCHAR(200) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	created_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	paused_at DATETIME, 
	paused_seconds FLOAT NOT NULL, 
	CONSTRAINT pk_interview PRIMARY KEY (id), 
	CONSTRAINT fk_interview_owner_owner FOREIGN KEY(owner) REFERENCES owner (id)
);
INSERT INTO "interview" VALUES('327bcd2da1f915ef03b9723e','local','{"role": "ml_engineer", "seniority": "mid", "stages": [], "topics": [], "mode": "practice", "questions": null, "minutes": null, "question_ids": ["umbrellas", "kettles"], "seed": 0, "max_probes": 0, "max_hints": 3}','0000000000000000','scripted','ended','2026-03-01 09:00:00.000000','2026-03-01 09:02:00.000000',NULL,0.0);
INSERT INTO "interview" VALUES('3f43946406abc7c8126e8f3b','local','{"role": "ml_engineer", "seniority": "mid", "stages": [], "topics": [], "mode": "practice", "questions": null, "minutes": null, "question_ids": ["umbrellas", "kettles"], "seed": 0, "max_probes": 0, "max_hints": 3}','0000000000000000','scripted','paused','2026-03-01 09:12:00.000000',NULL,'2026-03-01 09:12:35.000000',0.0);
CREATE TABLE lease (
	interview_id VARCHAR(32) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	number INTEGER NOT NULL, 
	token VARCHAR(32) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_lease PRIMARY KEY (interview_id, kind, number), 
	CONSTRAINT fk_lease_interview_id_interview FOREIGN KEY(interview_id) REFERENCES interview (id) ON DELETE CASCADE
);
CREATE TABLE owner (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_owner PRIMARY KEY (id)
);
INSERT INTO "owner" VALUES('local','You');
CREATE TABLE planned_question (
	interview_id VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	question_hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_planned_question PRIMARY KEY (interview_id, number), 
	CONSTRAINT fk_planned_question_interview_id_interview FOREIGN KEY(interview_id) REFERENCES interview (id) ON DELETE CASCADE, 
	CONSTRAINT fk_planned_question_question_hash_question_version FOREIGN KEY(question_hash) REFERENCES question_version (hash)
);
INSERT INTO "planned_question" VALUES('327bcd2da1f915ef03b9723e',1,'cc0a64a13e002ee1');
INSERT INTO "planned_question" VALUES('327bcd2da1f915ef03b9723e',2,'5230a3bf20a7dfcd');
INSERT INTO "planned_question" VALUES('3f43946406abc7c8126e8f3b',1,'cc0a64a13e002ee1');
INSERT INTO "planned_question" VALUES('3f43946406abc7c8126e8f3b',2,'5230a3bf20a7dfcd');
CREATE TABLE question_version (
	hash VARCHAR(64) NOT NULL, 
	question_id VARCHAR(64) NOT NULL, 
	rubric_hash VARCHAR(64) NOT NULL, 
	content JSON NOT NULL, 
	CONSTRAINT pk_question_version PRIMARY KEY (hash)
);
INSERT INTO "question_version" VALUES('cc0a64a13e002ee1','umbrellas','b997ef29286e426b','{"id": "umbrellas", "prompt": "Why do people keep umbrellas?", "variants": ["What are umbrellas good for?"], "topic": "things", "stage": "theory", "seniority": "mid", "roles": ["data_scientist", "ml_engineer", "ai_researcher"], "format": "concept", "minutes": 5, "sources": [{"source": "000", "item": "umbrellas"}], "approach": "Say what they are for, then what they cost.", "clarifications": [], "rubric": {"criteria": [{"id": "use", "text": "Says what umbrellas are for", "kind": "core", "weight": 1.0, "statements": ["umbrellas are useful every day"], "contradictions": [], "hints": ["Think of a day without umbrellas."], "probe": "What happens when there are no umbrellas?"}, {"id": "cost", "text": "Says what umbrellas cost", "kind": "strong", "weight": 1.0, "statements": ["umbrellas take up room"], "contradictions": [], "hints": [], "probe": "What is the price of having umbrellas?"}], "misconceptions": [{"id": "alive", "beliefs": ["umbrellas are alive"], "criterion": null, "challenge": "Are umbrellas alive?", "correction": "They are things."}]}, "sample_answer": "umbrellas are useful every day, and take up room.", "study": ["A book about umbrellas"]}');
INSERT INTO "question_version" VALUES('5230a3bf20a7dfcd','kettles','6283d5cf4eb925c9','{"id": "kettles", "prompt": "Why do people keep kettles?", "variants": ["What are kettles good for?"], "topic": "things", "stage": "theory", "seniority": "mid", "roles": ["data_scientist", "ml_engineer", "ai_researcher"], "format": "concept", "minutes": 5, "sources": [{"source": "000", "item": "kettles"}], "approach": "Say what they are for, then what they cost.", "clarifications": [], "rubric": {"criteria": [{"id": "use", "text": "Says what kettles are for", "kind": "core", "weight": 1.0, "statements": ["kettles are useful every day"], "contradictions": [], "hints": ["Think of a day without kettles."], "probe": "What happens when there are no kettles?"}, {"id": "cost", "text": "Says what kettles cost", "kind": "strong", "weight": 1.0, "statements": ["kettles take up room"], "contradictions": [], "hints": [], "probe": "What is the price of having kettles?"}], "misconceptions": [{"id": "alive", "beliefs": ["kettles are alive"], "criterion": null, "challenge": "Are kettles alive?", "correction": "They are things."}]}, "sample_answer": "kettles are useful every day, and take up room.", "study": ["A book about kettles"]}');
CREATE TABLE turn (
	interview_id VARCHAR(32) NOT NULL, 
	seq INTEGER NOT NULL, 
	exchange INTEGER NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	speaker VARCHAR(16) NOT NULL, 
	text TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	intent VARCHAR(16), 
	move JSON, 
	CONSTRAINT pk_turn PRIMARY KEY (interview_id, seq), 
	CONSTRAINT fk_turn_interview_id_exchange FOREIGN KEY(interview_id, exchange) REFERENCES exchange (interview_id, number) ON DELETE CASCADE, 
	CONSTRAINT uq_turn_interview_id UNIQUE (interview_id, "key")
);
INSERT INTO "turn" VALUES('327bcd2da1f915ef03b9723e',1,1,'opening','interviewer','Why do people keep umbrellas?','2026-03-01 09:00:00.000000',NULL,'{"kind": "ask", "substance": {"kind": "prompt", "target": "", "index": 0, "text": "Why do people keep umbrellas?"}, "manner": ""}');
INSERT INTO "turn" VALUES('327bcd2da1f915ef03b9723e',2,1,'key-2','candidate','They keep you dry, umbrellas are useful every day.','2026-03-01 09:01:00.000000',NULL,NULL);
INSERT INTO "turn" VALUES('327bcd2da1f915ef03b9723e',3,2,'reply-2','interviewer','Go on.','2026-03-01 09:01:00.000000',NULL,'{"kind": "probe", "substance": null, "manner": ""}');
INSERT INTO "turn" VALUES('327bcd2da1f915ef03b9723e',4,2,'key-4','candidate','Kettles boil water.','2026-03-01 09:02:00.000000',NULL,NULL);
INSERT INTO "turn" VALUES('327bcd2da1f915ef03b9723e',5,2,'reply-4','interviewer','Go on.','2026-03-01 09:02:00.000000',NULL,'{"kind": "probe", "substance": null, "manner": ""}');
INSERT INTO "turn" VALUES('3f43946406abc7c8126e8f3b',1,1,'opening','interviewer','Why do people keep umbrellas?','2026-03-01 09:12:00.000000',NULL,'{"kind": "ask", "substance": {"kind": "prompt", "target": "", "index": 0, "text": "Why do people keep umbrellas?"}, "manner": ""}');
INSERT INTO "turn" VALUES('3f43946406abc7c8126e8f3b',2,1,'key-2','candidate','Against the rain.','2026-03-01 09:12:30.000000',NULL,NULL);
INSERT INTO "turn" VALUES('3f43946406abc7c8126e8f3b',3,1,'reply-2','interviewer','Go on.','2026-03-01 09:12:30.000000',NULL,'{"kind": "probe", "substance": null, "manner": ""}');
CREATE INDEX ix_question_version_question_id ON question_version (question_id);
CREATE INDEX ix_question_version_rubric_hash ON question_version (rubric_hash);
CREATE INDEX ix_interview_owner ON interview (owner);
CREATE INDEX ix_grade_interview_id ON grade (interview_id);
CREATE INDEX ix_dispute_interview_id ON dispute (interview_id);
COMMIT;
