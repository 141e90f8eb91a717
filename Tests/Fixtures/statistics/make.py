"""Makes the expected values of Tests/ToolsTests/Statistics: python3 make.py > expected.json

Needs numpy, scipy and statsmodels; the versions that were used stand in the output.
"""
import json
import math

import numpy
import scipy
import scipy.special
import scipy.stats
import statsmodels
from statsmodels.tsa.holtwinters import ExponentialSmoothing

series = [1000 + 12 * t + 150 * math.sin(2 * math.pi * t / 12) + 25 * ((t * 37) % 11 - 5) for t in range(36)]
seasons = [150 * math.sin(2 * math.pi * t / 12) for t in range(12)]


def fit(alpha, beta, gamma):
    model = ExponentialSmoothing(
        series, trend="add", seasonal="add" if gamma is not None else None,
        seasonal_periods=12 if gamma is not None else None, initialization_method="known",
        initial_level=990.0, initial_trend=10.0, initial_seasonal=seasons if gamma is not None else None,
    )
    fitted = model.fit(smoothing_level=alpha, smoothing_trend=beta, smoothing_seasonal=gamma, optimized=False)
    return {
        "alpha": alpha, "beta": beta, "gamma": gamma, "forecast": list(fitted.forecast(15)), "sse": fitted.sse,
    }


samples = [((t * 7919) % 1009) / 10 for t in range(500)]
matrix = [[1, 0.5, -0.2], [0.5, 1, 0.3], [-0.2, 0.3, 1]]
json.dump(
    {
        "made_with": {"numpy": numpy.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
        "series": series, "seasons": seasons, "level": 990.0, "trend": 10.0,
        "smoothing": [fit(0.3, 0.1, 0.2), fit(0.7, 0.05, 0.4), fit(0.5, 0.2, None)],
        "samples": samples, "mean": numpy.mean(samples), "deviation": numpy.std(samples, ddof=1),
        "percentiles": {str(p): numpy.percentile(samples, p) for p in (5, 10, 25, 50, 75, 90, 95)},
        "beta": [[x, a, b, scipy.special.betainc(a, b, x)] for x, a, b in
                 [(0.1, 2, 5), (0.5, 2, 5), (0.9, 0.5, 0.5), (0.3, 8, 1.5), (0.999, 3, 3)]],
        "beta_quantiles": [[a, b, list(scipy.stats.beta.ppf([0.25, 0.5, 0.75], a, b))] for a, b in [(2, 5), (0.7, 1.3)]],
        "normal": [[z, scipy.stats.norm.cdf(z)] for z in (-3, -1, 0, 0.5, 2.5)],
        "triangular": [[z, scipy.stats.triang.ppf(scipy.stats.norm.cdf(z), 0.25, 1, 4)] for z in (-2, -0.5, 0.3, 1.7)],
        "lognormal": [[mean, sd, math.log(1 + (sd / mean) ** 2)] for mean, sd in [(2.0, 0.5), (10.0, 8.0)]],
        "cholesky": numpy.linalg.cholesky(numpy.array(matrix)).tolist(), "matrix": matrix,
    },
    __import__("sys").stdout, indent=1,
)
print()
