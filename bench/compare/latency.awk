# SPDX-License-Identifier: Apache-2.0
# The rows of one case: the rounds' medians. Fields: case rate proxy p50 p99 p99.9 unsent errors, times in nanoseconds.
function median(proxy, field,    sorted, n, i, j, swap) {
    n = rounds[proxy]
    for (i = 1; i <= n; i++) sorted[i] = value[proxy, field, i]
    for (i = 1; i <= n; i++)
        for (j = i + 1; j <= n; j++)
            if (sorted[j] < sorted[i]) { swap = sorted[i]; sorted[i] = sorted[j]; sorted[j] = swap }
    return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}
$1 == kind {
    rate = $2
    rounds[$3]++
    for (field = 4; field <= 6; field++) value[$3, field, rounds[$3]] = $field
    unsent[$3] += $7
    errors[$3] += $8
}
END {
    count = split("nginx signgate haproxy", proxies)
    for (k = 1; k <= count; k++) {
        proxy = proxies[k]
        if (!(proxy in rounds)) continue
        ratio = proxy == "nginx" ? "1" : "-"
        if (proxy != "nginx" && "nginx" in rounds) ratio = sprintf("%.2f", median(proxy, 5) / median("nginx", 5))
        printf "| %s | %d | %s | %.2f | %.2f | %.2f | %s | %d | %d |\n", title, rate, proxy, median(proxy, 4) / 1e6,
            median(proxy, 5) / 1e6, median(proxy, 6) / 1e6, ratio, unsent[proxy], errors[proxy]
    }
}
