"""Makes statistics.json: values that the statistics of the sales tools are held against.

Made with numpy, scipy and scikit-learn; run again with `python3 make_statistics.py > statistics.json`.
Figures are written as text with 12 significant digits.
"""
import json

import numpy
import scipy
import sklearn
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

random = numpy.random.default_rng(20240115)
count = 240
rows = random.normal(size=(count, 4)).round(6)
logits = 0.4 + rows @ numpy.array([0.9, -0.6, 0.0, 0.3])
outcomes = (random.random(count) < 1 / (1 + numpy.exp(-logits))).astype(int)


def text(value):
    return f"{float(value):.12g}"


fits = []
for penalty in (1.0, 5.0):
    model = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=10_000).fit(rows, outcomes)
    chances = model.predict_proba(rows)[:, 1]
    fits.append(
        {
            "penalty": text(penalty),
            "intercept": text(model.intercept_[0]),
            "weights": [text(value) for value in model.coef_[0]],
            "brier": text(brier_score_loss(outcomes, chances)),
            "area": text(roc_auc_score(outcomes, chances)),
        }
    )

lognormal = [
    {
        "days": text(days),
        "centre": text(centre),
        "deviation": text(deviation),
        "cumulative": text(stats.lognorm.cdf(days, s=deviation, scale=numpy.exp(centre))),
    }
    for days, centre, deviation in [(10, 3.0, 0.4), (30, 3.0, 0.4), (45, 3.9, 0.7), (400, 4.2, 1.1)]
]

matrix = random.normal(size=(5, 5))
matrix = (matrix @ matrix.T + numpy.eye(5)).round(6)
right = random.normal(size=5).round(6)

print(
    json.dumps(
        {
            "made_with": {
                "numpy": numpy.__version__,
                "scipy": scipy.__version__,
                "scikit-learn": sklearn.__version__,
            },
            "logistic": {
                "rows": [[text(value) for value in row] for row in rows],
                "outcomes": outcomes.tolist(),
                "fits": fits,
            },
            "normal": [
                {"z": text(z), "cumulative": text(stats.norm.cdf(z))} for z in (-3.1, -1.0, -0.2, 0.0, 0.7, 1.96, 4.0)
            ],
            "quantiles": [
                {"p": text(p), "z": text(stats.norm.ppf(p))} for p in (0.001, 0.1, 0.5, 0.8, 0.975, 0.9999)
            ],
            "lognormal": lognormal,
            "system": {
                "matrix": [[text(value) for value in row] for row in matrix],
                "right": [text(value) for value in right],
                "solution": [text(value) for value in numpy.linalg.solve(matrix, right)],
            },
        },
        separators=(",", ":"),
    )
)
