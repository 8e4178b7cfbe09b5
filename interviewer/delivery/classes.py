"""Classes of English words, as far as telling fillers from other uses needs them: closed classes whole, open ones by
the common words of technical talk and by their endings."""

from __future__ import annotations

import re


def listed(words: str) -> frozenset[str]:
    """The words of a text, for what reads best as one."""
    return frozenset(words.split())


DETERMINERS = listed(
    "a all an another any both certain different each every first her his its many my no one other our particular "
    "same second several some special such that the their these third this those three two various what whatever "
    "which whole your"
)
ARTICLES = listed("a an another any each every her his its my no our some the their these this those your")
SUBJECTS = listed(
    "everybody everyone he he'd he's here's i i'd i'll i'm i've it it'd it'll it's let's nobody she she'd she's "
    "somebody someone that'll that's there there's they they'd they'll they're they've we we'd we'll we're we've "
    "who's you you'd you'll you're you've"
)
PEOPLE = listed(
    "and boss client colleague customer director engineer everybody everyone guy guys he he's i i'm interviewer "
    "lead manager people person professor recruiter she she's supervisor team they they're we we're you you're"
)
BE = listed(
    "am are aren't be been being he's i'm is isn't it's she's that's there's they're was wasn't we're were "
    "weren't what's you're"
)
AUXILIARIES = listed(
    "'ll am are aren't can can't could couldn't did didn't do does doesn't don't gets got had hadn't has hasn't "
    "have haven't is isn't keeps may might must should shouldn't was wasn't were weren't will won't would "
    "wouldn't"
)
NEGATIONS = listed(
    "aren't can't cannot couldn't didn't doesn't don't isn't never not shouldn't wasn't weren't won't wouldn't"
)
CONJUNCTIONS = listed(
    "although and as because but cause cos cuz nor or plus since so than then though unless until while"
)
PREPOSITIONS = listed(
    "about above across after against around at before behind below between by during except for from in into "
    "near of off on onto out over per through to toward towards under upon using via with within without"
)
QUESTION_WORDS = listed("how if what when where whether which who whom whose why")
INTENSIFIERS = listed(
    "actually again almost already also always barely basically completely constantly definitely directly even "
    "extremely fairly finally first fully hardly immediately initially just kinda later less literally maybe more "
    "most mostly nearly never not now often only pretty probably quite rather really so sometimes soon sorta "
    "still suddenly super then today together too totally usually very way"
)
NUMBER_WORDS = listed(
    "billion billions dozen dozens eight eighteen eighty eleven fifteen fifty five forty four fourteen half "
    "hundred hundreds million millions nine nineteen ninety one seven seventeen seventy six sixteen sixty ten "
    "thirteen thirty thousand thousands three twelve twenty two zero"
)

_ADJECTIVES = listed(
    "able afraid alone amazing angry annoying automatic aware awesome awful bad best better biased big bigger "
    "blind blunt bored boring bright brilliant brittle broken brutal busy calm careful careless chaotic cheap "
    "cheaper chuffed civil clean clear clever close closed clumsy coarse cold common complex confused confusing "
    "consistent cool correlated crazy crisp critical cruel curious daily damp dangerous dark dead dear decent "
    "deep delicate dense dependent desperate different difficult dirty disappointed dodgy done dramatic dull dumb "
    "eager early easy electric elegant embarrassed empty enormous essential exact excited exotic expensive extra "
    "faint fair false familiar fancy fast faster fatal feasible fierce fine firm flat foreign formal fragile free "
    "fresh frustrated full fundamental funny fuzzy generic gentle genuine ghastly gigantic good gorgeous gradual "
    "grand grateful great greedy grey gross grumpy guilty gutted handy happy hard harsh heavy helpful hidden high "
    "higher hilarious honest hopeless horrible hot huge hungry ideal identical ill imbalanced immediate important "
    "impossible impressive incomplete inconsistent incorrect incredible independent infinite informal innocent "
    "insane intense interesting intuitive invisible jealous junior keen large larger last late lazy left legal "
    "lengthy light linear literal little local logical lonely long longer loose loud lovely low lower lucky mad "
    "magic main major manic manual massive mature mean medium mental merry messy mild minor missing modern modest "
    "monotone monthly moody narrow natural neat negative nervous neutral new next nice noisy nonlinear normal "
    "numb obsessed obvious odd old open optimal orthogonal outdated overfit overwhelmed painful parallel partial "
    "patient perfect personal plain pleasant polite political poor popular positive possible pragmatic precise "
    "private probabilistic productive proper proud pure quadratic quick quiet random rapid rare raw ready real "
    "realistic reasonable redundant rich ridiculous right rigid risky robust romantic rotten rough rubbish rude "
    "rusty sad safe same scared scary sceptical selfish senior sensible sensitive separate serious severe shaky "
    "shallow sharp shocked short shorter sick silly similar simple simpler skewed sleepy slight slim sloppy slow "
    "slower sluggish small smaller smart smooth social soft solid sour sparse special specific spotless stable "
    "standard static steady steep sticky straight strange strategic stressful strict strong stronger stuck stupid "
    "subtle successful sudden super sure surprised suspicious symmetric tall tame temporary tense terrible thick "
    "thin tight tiny tired tough toxic traditional transparent tricky trivial true typical ugly ultimate unable "
    "unbiased uncertain unclear uncomfortable underwhelming uneven unfair unfamiliar unhappy unique universal "
    "unknown unlikely unlucky unreadable unreal unsafe unstable unsure unusual upset urgent useful useless vague "
    "valid vast viable violent virtual visible vital warm wary wasteful weak weaker wealthy weekly weird welcome "
    "wet wicked wide wild wise wobbly wonderful worried worse worst worthless wrong young"
)
_VERBS = listed(
    "accept accepts achieve achieves act acts adapt adapts add adds adjust adjusts aggregate aggregates agree "
    "agrees allow allows answer answers appear appears applies apply argue argues arrive arrives ask asks assign "
    "assigns assume assumes ate attend attends average averages avoid avoids balance balances became become "
    "becomes began begin begins behave behaves believe believes belong belongs bent bet bets blow blows boost "
    "boosts bother bothers bought bound break breaks bred broke brought build builds built cache caches calculate "
    "calculates call calls calm came can care cares carries carry catch catches caught change changes cheat "
    "cheats check checks choose chooses chose claim claims clean cleans click clicks climb climbs clung cluster "
    "clusters collapse collapses collect collects combine combines come comes compare compares complain complains "
    "compress compresses compute computes concatenate concatenates confirm confirms connect connects consider "
    "considers consist consists consume consumes contain contains contribute contributes control controls "
    "converge converges convert converts copies copy could count counts cover covers craft crash crashes create "
    "creates crept crunch cut dealt debug debugs decide decides decode decodes decrease decreases delete deletes "
    "deliver delivers depend depends deploy deploys describe describes design designs destroy destroys detect "
    "detects develop develops did die dies disagree disappear disappears discard discards discover discovers "
    "discuss discusses divide divides do does double doubles download downloads drank draw draws drew drop drops "
    "drove drunk dug dump dumps earn eat eats emit emits encode encodes end ended ends enjoy enjoys enter enters "
    "escape escapes estimate estimates evaluate evaluates examine exist exists expand expands expect expects "
    "experiment explain explains explode explodes explore explores extract extracts fail fails fall falls fed "
    "feed feeds fell felt fetch fetches fight fights figure figures fill fills filter filters find finds finish "
    "finishes fit fits fix fixes flew flies flip flips flood floods flung fly follow follows force forces forgave "
    "forget forgets forgiven forgot forward fought found freeze freezes froze frozen gather gathers gave "
    "generalise generalises generate generates get gets give gives go goes got grew ground group groups grow "
    "grows guess guesses had halve halves handle handles hang hangs happen happens has hash hashes hate hates "
    "have hear hears held help helps hid hide hides hire hires hit hits hold holds hope hopes hung hurt hurts "
    "ignore ignores imagine imagines improve improves impute imputes include includes increase increases index "
    "indexes insert inserts inspect inspects install installs integrate introduce introduces invent invents "
    "investigate iterate iterates join joins jump jumps keep keeps kept kill kills knew know knows label labels "
    "laid land lands launch launches lay lead leads lean learn learns leave leaves led left lent let lets lie "
    "lies like likes link links listen listens lit live lives load loads lock locks log logs look looks loop "
    "loops lose loses lost love lower lowers made make makes manage manages map maps matter matters maximise "
    "maximises maximize maximizes mean means meant measure measures memorise memorises memorize memorizes merge "
    "merges mess met might migrate migrates minimise minimises minimize minimizes miss misses mix mixes mock "
    "monitor monitors move moves multiplies multiply must nail need needs normalise normalises notice notices "
    "observe observes open opens optimise optimises optimize optimizes oscillate oscillates output outputs "
    "overcame overfit overfits overrode overwrite overwrites own owns paid panic panics parse parses pass passes "
    "paste pay pays penalise penalises perform performs persist pick picks plan plans play plays please plot "
    "plots plug plugs point points polish predict predicts prefer prefers prepare prepares present presents "
    "preserve pretend print prints process processes produce produces propagate propagates prove proves provide "
    "provides prune prunes publish pull pulls punish punishes push pushes put queries query quit raise raises ran "
    "rang rank ranks reach reaches react reacts read realise realises realize receive receives recommend "
    "recommends record records recover recovers reduce reduces refactor refactors regret reject rejects release "
    "releases relies rely remain remains remember remembers remove removes rename repeat repeats replace replaces "
    "report reports represent represents require requires rerun reruns reset resets restart restarts retrain "
    "retrains return returns revert review reviews rewrite rewrites rid risk rode rose rotate round ruin ruins "
    "run runs said sample samples sang sat save saves saw say says scale scales scan scans score scores scrape "
    "scrapes search searches see sees select selects sell sells send sends sent separate separates serve serves "
    "set settle settles share shares shift shifts ship ships shone shook shot should shout show shows shrank "
    "shrink shrinks shrunk shuffle shuffles shut sign simplifies simplify simulate sit sits skip skips sleep "
    "sleeps slept slice slices slid slow slows smooth smooths snap sold solve solves sort sorts sought spat speak "
    "speaks specify speed spend spends spent spin spins split splits spoke sprang spread squeeze squeezes stack "
    "stacks stall stalls stand stands stare start starts stay stays steal stem stole stood stop stops store "
    "stores stream streams stretch stretches strove struck struggle struggles stuck studies study subtract "
    "subtracts suffer suffers suggest suggests sum sums support supports suppose survive survives swam swap swaps "
    "sweep swept switch switches swore swung tag tags take takes talk talks taught tell tells tend tends "
    "terminate test tests think thinks thought threw throw throws tokenise tokenises told took tore track tracks "
    "train trains transfer transform transforms travel travels treat treats tries trigger triggers truncate trust "
    "trusts try tune tunes turn turns type types understand understands understood undid update updates upset use "
    "used uses validate validates vanish vanishes varies vary visit visits vote votes wait waits walk walks "
    "wander want wants warn warns was wash watch watches weigh weighs weight weights went were will win wins "
    "withdrew woke won wonder wonders wore work works worries worry would wrap wraps write writes wrote yell zoom "
    "zooms"
)
_NOT_PAST = listed(
    "based bed bleed breed embed exceed feed hundred indeed need proceed red seed speed supervised unsupervised"
)
_NOT_ADVERBS = listed("anomaly apply assembly early family fly italy july likely monopoly only poly reply supply")
_ADJECTIVE_ENDING = re.compile(r"\w{2,}(?:ful|able|ible|ous|less|ish)$")
_VERB_ENDING = re.compile(r"\w{3}(?:is|iz)es?$|\w{3}if(?:y|ies)$|n't$")
_NOT_GERUNDS = listed(
    "anything bring during everything king nothing ring sing something spring string swing thing wing"
)
_NOT_VERBS = listed(
    "concise enterprise enterprises exercise exercises expertise likewise otherwise precise premise promise "
    "promises size sizes surprise surprises wise"
)
_TECHNICAL = listed("cable continuous dropout-less kubernetes previous table variable")


def is_number(word: str) -> bool:
    return word in NUMBER_WORDS or word[:1].isdigit()


def is_adverb(word: str) -> bool:
    return word in INTENSIFIERS or (word.endswith("ly") and len(word) > 4 and word not in _NOT_ADVERBS)


def is_adjective(word: str) -> bool:
    return word in _ADJECTIVES or (bool(_ADJECTIVE_ENDING.match(word)) and word not in _TECHNICAL)


def is_past(word: str) -> bool:
    """A past form or participle in -ed."""
    return word.endswith("ed") and len(word) > 4 and word not in _NOT_PAST


def is_gerund(word: str) -> bool:
    return word.endswith("ing") and len(word) > 4 and word not in _NOT_GERUNDS


def is_verb(word: str) -> bool:
    """A verb in any form but that in -ing; many of them are nouns as well."""
    return (
        word in _VERBS
        or word in AUXILIARIES
        or is_past(word)
        or (bool(_VERB_ENDING.search(word)) and word not in _NOT_VERBS)
    )
