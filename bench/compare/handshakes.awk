# SPDX-License-Identifier: Apache-2.0
# One row: all rounds of one kind of connection and proxy. Fields: kind proxy connections cpu rate. Then, in order, a line with
# the microseconds of each connection of the row.
function percentile(share,    at) {
    at = int(share * count)
    return time[at < share * count ? at + 1 : at] / 1000
}
NF == 1 { time[++count] = $1 }
$1 == kind {
    total[$2] += $3
    cpu[$2] += $4
    rate[$2] += $5
    each = $4 / $3
    if (!($2 in rounds) || each < least[$2]) least[$2] = each
    if (!($2 in rounds) || each > most[$2]) most[$2] = each
    rounds[$2]++
}
END {
    if (!(proxy in rounds)) exit
    title = kind == "plain" ? "without TLS" : kind == "full" ? "TLS 1.3, whole handshake" : "TLS 1.3, resumed"
    ratio = proxy == "nginx" ? "1" : "-"
    if (proxy != "nginx" && "nginx" in rounds) ratio = sprintf("%.2f", (cpu[proxy] / total[proxy]) / (cpu["nginx"] / total["nginx"]))
    printf "| %s | %s | %d | %.0f | %.1f (%.1f to %.1f) | %s | %.2f | %.2f | %.2f |\n", title, proxy, total[proxy],
        rate[proxy] / rounds[proxy], cpu[proxy] / total[proxy], least[proxy], most[proxy], ratio, percentile(0.5), percentile(0.99),
        percentile(0.999)
}
