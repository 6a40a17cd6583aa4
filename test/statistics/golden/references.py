"""Reference values of distributions to 17 digits, computed with 60: python3 references.py > references.json (mpmath 1.3).

lib-r-math.js 2.0.3 is no reference for the beta family: its pbinom(1, 3, .5) is .49944, its pbeta(.5, 2, 2) is .50056.
"""
import json
from itertools import product
from mpmath import mp, mpf, betainc, ncdf, erfinv, sqrt, binomial, findroot, hyp2f1, beta

mp.dps = 60

def out(x):
    return float(x)

def cdf(x, a, b):
    # DLMF 8.17.8, with the symmetric form above the mean; doubles are taken as they are.
    x, a, b = mpf(x), mpf(a), mpf(b)
    if x < a / (a + b):
        return x**a * (1 - x)**b / (a * beta(a, b)) * hyp2f1(a + b, 1, a + 1, x)
    return 1 - x**a * (1 - x)**b / (b * beta(a, b)) * hyp2f1(a + b, 1, b + 1, 1 - x)

def upper_t(t, df):
    t, df = mpf(t), mpf(df)
    tail = cdf(df / (df + t * t), df / 2, mpf(1) / 2) / 2 if t != 0 else mpf(1) / 2
    return tail if t >= 0 else 1 - tail

def choose_term(k, n, p):
    p = mpf(p)
    return binomial(n, k) * p**k * (1 - p)**(n - k)

def urn_term(k, population, marked, drawn):
    return binomial(marked, k) * binomial(population - marked, drawn - k) / binomial(population, drawn)

shapes = [(0.3, 0.5), (0.5, 0.5), (1, 1), (2, 2), (2.5, 7), (7, 2.5), (40, 3), (1, 529), (264, 266), (529, 12.5), (3, 12345.5)]
shares = [1e-9, 0.001, 0.05, 0.3, 0.5, 0.77, 0.99]
small = mpf(10)**-290
rows = {
    'beta': [[x, a, b, out(v)] for (a, b), x in product(shapes, shares) if (v := cdf(x, a, b)) > small],
    'normal': [[x, out(ncdf(x))] for x in (-37.5, -20, -8, -5.5, -3, -2.01, -2, -1.96, -1, -0.3, 0, 1e-9, 0.5, 1.5, 2.5, 6)],
    'normalQuantile': [[p, out(sqrt(2) * erfinv(2 * mpf(p) - 1))] for p in (1e-40, 1e-10, 0.001, 0.025, 0.3, 0.5, 0.8, 0.975, 0.99999)],
    'studentUpper': [[t, df, out(upper_t(t, df))] for df, t in product((1, 2, 4.5, 17, 300), (-40, -3, -0.2, 0, 0.01, 1, 2.5, 12, 200)) if upper_t(t, df) > small],
    'binomial': [[k, n, p, out(choose_term(k, n, p)), out(sum(choose_term(j, n, p) for j in range(k + 1))), out(sum(choose_term(j, n, p) for j in range(k, n + 1)))]
                 for n, p in ((3, 0.5), (20, 0.05), (60, 0.5), (529, 0.01), (3000, 0.3)) for k in (0, 1, 2, 7, 20, 50, 529, 900, 1100) if k <= n],
    'urn': [[k, *urn, out(urn_term(k, *urn)), out(sum(urn_term(j, *urn) for j in range(max(0, urn[1] + urn[2] - urn[0]), k + 1))), out(sum(urn_term(j, *urn) for j in range(k, min(urn[1:]) + 1)))]
            for urn in ((10, 5, 6), (529, 25, 88), (2000, 100, 50), (40, 40, 7)) for k in range(max(0, urn[1] + urn[2] - urn[0]), min(urn[1:]) + 1, 3)],
}
print('{')
print(',\n'.join(f' "{name}": [\n' + ',\n'.join('  ' + json.dumps(row) for row in table) + '\n ]' for name, table in rows.items()))
print('}')
