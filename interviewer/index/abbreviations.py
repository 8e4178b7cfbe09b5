"""What the field's abbreviations stand for: "LLMs" means large language models, whatever the records call them."""

from __future__ import annotations

import re

ABBREVIATIONS = {
    "a/b": "controlled experiment",
    "ai": "artificial intelligence",
    "auc": "area under the ROC curve",
    "cnn": "convolutional neural network",
    "convnet": "convolutional neural network",
    "cv": "cross-validation",
    "dl": "deep learning",
    "eda": "exploratory data analysis",
    "etl": "extract, transform, load data pipeline",
    "fft": "fast Fourier transform",
    "gan": "generative adversarial network",
    "gbm": "gradient boosting",
    "gd": "gradient descent",
    "gdpr": "privacy law",
    "gpt": "large language model",
    "k8s": "containers in production",
    "knn": "k nearest neighbours",
    "lasso": "L1 regularisation",
    "llm": "large language model",
    "lr": "learning rate",
    "lstm": "recurrent neural network",
    "mae": "mean absolute error",
    "ml": "machine learning",
    "mle": "machine-learning engineer",
    "mlops": "models in production",
    "mlp": "neural network",
    "mse": "mean squared error",
    "nan": "missing values",
    "nlp": "natural language processing",
    "nn": "neural network",
    "np": "NumPy",
    "oob": "out of bag",
    "pca": "dimensionality reduction",
    "rdbms": "relational database",
    "recsys": "recommender system",
    "relu": "activation function",
    "rf": "random forest",
    "ridge": "L2 regularisation",
    "rl": "reinforcement learning",
    "rlhf": "reinforcement learning from human feedback",
    "rmse": "root mean squared error",
    "rnn": "recurrent neural network",
    "roc": "receiver operating characteristic",
    "sgd": "stochastic gradient descent",
    "sklearn": "scikit-learn",
    "smote": "oversampling of rare classes",
    "svd": "matrix factorisation",
    "svm": "support vector machine",
    "tf-idf": "word weights",
    "xgboost": "gradient boosting",
}  # fmt: skip

_WORD = re.compile(r"[a-z0-9]+(?:[/-][a-z0-9]+)*")


def spelt_out(query: str) -> str:
    """The query, followed by what its abbreviations stand for.

    >>> spelt_out("something on LLMs")
    'something on LLMs (large language model)'
    >>> spelt_out("trees")
    'trees'
    """
    words = dict.fromkeys(_WORD.findall(query.casefold()))
    meant = [ABBREVIATIONS.get(word) or ABBREVIATIONS.get(word.removesuffix("s")) for word in words]
    known = ", ".join(dict.fromkeys(one for one in meant if one and one.casefold() not in query.casefold()))
    return f"{query} ({known})" if known else query
