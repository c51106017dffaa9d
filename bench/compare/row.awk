# One row of the table: all rounds of one case, log and proxy. Fields: case log proxy requests rate cpu errors p50 p99
# p99.9, these three in microseconds; the table has their mean over the rounds.
$1 == kind && $2 == logged {
    total[$3] += $4
    rate[$3] += $5
    cpu[$3] += $6
    errors[$3] += $7
    for (field = 8; field <= 10; field++) percentile[$3, field] += $field
    each = $6 / $4
    if (!($3 in rounds) || each < least[$3]) least[$3] = each
    if (!($3 in rounds) || each > most[$3]) most[$3] = each
    rounds[$3]++
}
END {
    if (!(proxy in rounds)) exit
    ratio = "1"
    if (proxy != "nginx") {
        ratio = "-"
        if ("nginx" in rounds) ratio = sprintf("%.2f", (cpu[proxy] / total[proxy]) / (cpu["nginx"] / total["nginx"]))
    }
    least_to_most = sprintf("%.1f (%.1f to %.1f)", cpu[proxy] / total[proxy], least[proxy], most[proxy])
    mean_rate = sprintf("%.0f", rate[proxy] / rounds[proxy])
    latencies = ""
    for (field = 8; field <= 10; field++) latencies = latencies sprintf(" | %.2f", percentile[proxy, field] / rounds[proxy] / 1000)
    print "| " title " | " logged " | " proxy " | " total[proxy] " | " mean_rate " | " least_to_most " | " ratio " | " errors[proxy] latencies " |"
}
