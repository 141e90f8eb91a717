internal import AgentRuntime

// Which calls answer a question, and in which shape.

extension MetricsQuestion {
    mutating func build() {
        let pair = frame.isJoined ? nil : filters.first { !$0.isExcluded && $0.values.count > 1 }
        // "By what percentage did revenue grow" asks for a change, not for a part.
        let isChange = comparison != nil && (frame.has("change") || frame.has("up") || frame.has("down"))
        let isShare = (frame.has("share") || frame.has("ratio")) && !isChange
        if isPlanQuestion {
            finish(
                .planned,
                metrics.flatMap { metric in periods.map { call(metric, $0, ["measure": "budget"], groups: groupings) } }
            )
        } else if isShare, metrics.count == 1, frame.comparisons == ["budget"], groupings.isEmpty {
            finish(.value, [call(metrics[0], periods[0], [:])], ["used": true])
        } else if isShare, metrics.count >= 2 {
            finish(
                .ratio,
                metrics.prefix(2).map {
                    call($0, periods[0], [:], groups: Array(groupings.prefix(1)), compare: false)
                }
            )
        } else if isShare, groupings.isEmpty, let part = filters.last(where: { !$0.isExcluded }) {
            let rest = filters.filter { $0 != part }
            finish(
                .share,
                [
                    call(metrics[0], periods[0], [:], compare: false),
                    call(metrics[0], periods[0], [:], filters: rest, compare: false),
                ]
            )
        } else if isShare, groupings.isEmpty, metrics[0].hasPrefix("account:") {
            finish(
                .ratio,
                [
                    call(metrics[0], periods[0], [:], compare: false), call("costs", periods[0], [:], compare: false),
                ]
            )
        } else if frame.has("average"), groupings.isEmpty, comparison == nil {
            let unit = frame.granularity ?? "month"
            finish(
                .average,
                metrics.map { call($0, periods[0], ["granularity": .string(unit)]) },
                ["unit": .string(unit)]
            )
        } else if metrics.count > 1 || periods.count > 1 {
            let calls = metrics.flatMap { metric in
                periods.map { call(metric, $0, granularityArgument, groups: Array(groupings.prefix(1))) }
            }
            finish(
                .several,
                Array(calls.prefix(6)),
                [
                    "pair": .bool(frame.has("compare") || frame.has("difference") || isVersus || isSubtraction),
                    "together": .bool(frame.has("total") && metrics.count > 1 && metrics.allSatisfy(isCost)),
                ]
            )
        } else if frame.form == .count, let dimension = groupings.first {
            finish(
                .count,
                [call(metrics[0], periods[0], [:], groups: [dimension], compare: comparison != nil, limit: 1000)],
                countData
            )
        } else if let pair, groupings.isEmpty || groupings == [pair.dimension] {
            finish(.pair, [call(metrics[0], periods[0], granularityArgument, groups: [pair.dimension])])
        } else if frame.granularity != nil || frame.has("trend") || asksWhen || isStretch && comparison == nil,
            groupings.isEmpty
        {
            series()
        } else if !groupings.isEmpty {
            breakdown()
        } else if let order = frame.order, !isBareMetricOrder {
            // "Our biggest cost" asks for the account.
            let dimension = metrics[0].hasPrefix("account:") ? "vendor" : defaultDimension
            groupings = [dimension]
            breakdown(order)
        } else if frame.has("breakdown")
            || Self.costMetrics.contains(metrics[0]) && frame.text.lowercased().hasPrefix("where ")
        {
            groupings = [defaultDimension]
            breakdown()
        } else if isShare {
            groupings = [defaultDimension]
            breakdown()
        } else {
            value()
        }
    }

    /// Which part of the business a metric is naturally divided by.
    var defaultDimension: String {
        guard !Self.costMetrics.contains(metrics[0]) else { return "account" }
        for dimension in ["region", "product", "lob", "source"]
        where situation.vocabulary.values(of: dimension).count > 1 {
            return dimension
        }
        return "account"
    }

    var isBareMetricOrder: Bool {
        !(Self.costMetrics.contains(metrics[0]) || metrics[0] == "revenue" && frame.limit != nil)
            || frame.comparisons.contains("budget") && frame.form == .yesNo
    }

    /// "When did revenue peak" asks for a month.
    var asksWhen: Bool {
        guard frame.order != nil, frame.granularity == nil, groupings.isEmpty else { return false }
        let words = Tokenizer.words(of: frame.text)
        let openers = words.drop { ["and", "so", "ok", "okay", "but", "then", "please", "hi", "hello"].contains($0) }
        return openers.first == "when"
            || ["tell me when", "know when", "show me when"].contains { phrase in
                (" " + words.joined(separator: " ") + " ").contains(" " + phrase + " ")
            }
    }

    var isVersus: Bool { frame.has("over") || frame.has("under") }

    /// "Revenue minus costs".
    var isSubtraction: Bool {
        metrics.count == 2 && ["minus", "less"].contains { Tokenizer.words(of: frame.text).contains($0) }
    }

    func isCost(_ metric: String) -> Bool {
        guard metric.hasPrefix("account:") else { return Self.costMetrics.contains(metric) }
        return true
    }

    var granularityArgument: JSONObject {
        guard frame.granularity != nil || frame.has("trend") || asksWhen else { return [:] }
        return ["granularity": .string(granularity)]
    }

    var granularity: String {
        if let named = frame.granularity { return named }
        guard let months = periods[0].period.monthCount else { return "day" }
        if months == 1 { return "week" }
        // "Over the last four quarters" is told quarter by quarter.
        for (word, length) in [("quarters", 3), ("years", 12)] where months > length && months.isMultiple(of: length) {
            if Tokenizer.words(of: periods[0].words).contains(word) { return String(word.dropLast()) }
        }
        return months > 24 && !asksWhen ? "quarter" : "month"
    }

    mutating func value() {
        var arguments = JSONObject()
        let isPlain = comparison == nil && metrics.count == 1 && periods.count == 1
        if isPlain, !periods[0].isToDate, periods[0].period.unit.map({ $0 > .week }) == true, frame.form != .yesNo {
            comparison = "prior_period"
            data["unasked_comparison"] = true
        }
        var groups: [String] = []
        if isPlain, metrics[0] == "revenue", filters.isEmpty, frame.form != .yesNo,
            (2...8).contains(situation.vocabulary.values(of: "region").count)
        {
            groups = ["region"]
        }
        arguments = granularityArgument
        finish(.value, [call(metrics[0], periods[0], arguments, groups: groups)])
    }

    mutating func series() {
        var arguments: JSONObject = ["granularity": .string(granularity)]
        if let period = periods[0].period.monthCount, period == 1, granularity == "month" || granularity == "quarter" {
            arguments = [:]
        }
        if periods[0].period.unit.map({ $0.rawValue == granularity }) == true { arguments = [:] }
        if arguments.isEmpty {
            value()
        } else {
            finish(.series, [call(metrics[0], periods[0], arguments)])
        }
    }

    mutating func breakdown(_ order: SortOrder? = nil) {
        let isByChange =
            comparison != nil
            && (frame.has("rate") || frame.has("over") || frame.has("under") || frame.has("change")
                || frame.has("up") || frame.has("down") || frame.has("difference") || frame.has("hit")
                || varianceSide != nil)
        let direction = self.direction(order ?? frame.order, isByChange: isByChange)
        let calls = groupings.prefix(2).map { dimension in
            call(
                metrics[0],
                periods[0],
                granularityArgument.merging([
                    "order": .string(direction), "order_by": isByChange ? "difference" : "value",
                ]),
                groups: [dimension],
                limit: frame.thresholds.isEmpty && !isByChange ? frame.limit.map { $0 + 1 } : nil
            )
        }
        var more: JSONObject = ["by_change": .bool(isByChange), "direction": .string(direction)]
        if isByChange, frame.has("under") || frame.has("down") || frame.has("over") || frame.has("up") {
            more["side"] = .string(frame.has("under") || frame.has("down") ? "under" : "over")
        } else if isByChange, let varianceSide {
            more["side"] = .string(varianceSide)
        }
        let isLeader =
            frame.order != nil || frame.has("rate") || frame.form == .which && groupings.count == 1 && !isByChange
        finish(isLeader ? .leader : .breakdown, calls, more)
    }

    func direction(_ order: SortOrder?, isByChange: Bool) -> String {
        if isByChange, frame.has("under") || frame.has("down") || varianceSide == "under" {
            return order == .ascending ? "desc" : "asc"
        }
        return (order ?? .descending).rawValue
    }

    var countData: JSONObject {
        guard comparison != nil, frame.has("over") || frame.has("under") else { return [:] }
        return ["side": .string(frame.has("under") ? "under" : "over")]
    }

    // MARK: Arguments

    func call(
        _ metric: String,
        _ span: Frame.Span,
        _ more: JSONObject,
        filters: [Frame.Filter]? = nil,
        groups: [String] = [],
        compare: Bool = true,
        limit: Int? = nil
    ) -> PlannedCall {
        var arguments: JSONObject = ["metric": .string(metric), "period": period(span)]
        if compare, let comparison, more["measure"] == nil { arguments["compare_to"] = comparison }
        if let dimension = groups.first { arguments["group_by"] = .string(dimension) }
        let filters = filters ?? self.filters
        if !filters.isEmpty { arguments["filters"] = .array(filters.map(\.json)) }
        for member in more { arguments[member.name] = member.value }
        if let limit { arguments["limit"] = .integer(limit) }
        return PlannedCall("metrics_query", arguments)
    }

    mutating func finish(_ shape: Shape, _ calls: [PlannedCall], _ more: JSONObject = [:]) {
        self.calls = calls
        data["shape"] = .string(shape.rawValue)
        for member in more { data[member.name] = member.value }
    }
}
