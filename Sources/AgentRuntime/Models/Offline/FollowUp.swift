/// Merges a question that leans on the one before it onto that one's frame.
///
/// What the new question names replaces what the old one had in the same slot; the rest is kept.
package enum FollowUp {
    /// Cues that say what is wanted of the figures; a new one replaces the old ones.
    private static let intents: Set<String> = [
        "why", "trend", "share", "share_of", "ratio", "average", "count", "compare", "change", "up", "down", "over",
        "under", "hit", "breakdown", "total", "difference", "list",
    ]

    /// Whether the question cannot stand alone, or says that it continues.
    package static func continues(_ frame: Frame) -> Bool {
        (frame.metrics.isEmpty && frame.subjects.isEmpty) || frame.leansBack
    }

    package static func merge(_ new: Frame, onto old: Frame) -> Frame {
        var frame = new
        let ownsSubject = !new.metrics.isEmpty || !new.subjects.isEmpty
        if !ownsSubject {
            frame.metrics = old.metrics
            frame.subjects = old.subjects
            frame.inheritsSubject = !(old.metrics.isEmpty && old.subjects.isEmpty)
        }
        if new.periods.isEmpty {
            frame.periods = old.periods
            frame.hasBaseline = old.hasBaseline
            if let both = differenceOfTwo(new, old) { frame.periods = both }
        } else if new.hasBaseline, new.periods.count == 1, let current = old.periods.first {
            frame.periods = [current, new.periods[0]]
        } else if let shifted = sameStretchAYearBefore(new, old) {
            frame.periods = [shifted]
        }
        let continues = !ownsSubject || new.leansBack
        guard continues else { return frame }
        if new.periods.isEmpty, new.tense == .present { frame.tense = old.tense }

        if new.periods.count == 1, old.periods.count == 1, new.periods[0].period != old.periods[0].period {
            frame.formerPeriod = old.periods[0]
        }
        mergeFilters(of: old, into: &frame)
        if frame.comparisons.isEmpty { frame.comparisons = old.comparisons }
        let hasIntent = new.cues.contains(where: intents.contains)
        if !hasIntent {
            frame.cues =
                old.cues.filter { $0 != "again" && $0 != "exclude" } + new.cues.filter { !old.cues.contains($0) }
        }
        let changesShape = new.has("why") || new.has("trend") || new.granularity != nil || !new.groupings.isEmpty
        if new.granularity == nil, new.groupings.isEmpty, !new.has("why") { frame.granularity = old.granularity }
        if new.groupings.isEmpty, new.granularity == nil, !new.has("trend") {
            frame.groupings = old.groupings.filter { dimension in
                !new.filters.contains { $0.dimension == dimension && !$0.isExcluded }
            }
        }
        if new.order == nil, !changesShape || !new.groupings.isEmpty {
            frame.order = old.order
            if new.limit == nil { frame.limit = old.limit }
        }
        if new.thresholds.isEmpty, !changesShape { frame.thresholds = old.thresholds }
        if frame.form == .other { frame.form = old.form }
        return frame
    }

    /// The merged frame with what the question before was about, where the new one names a figure alone: "any
    /// anomalies?", "only in travel"; "what is the returns policy?", "and for hotels?".
    ///
    /// `nil` where the two have no such relation; whether it makes sense is for the skills to say.
    package static func keepingSubject(_ merged: Frame, of old: Frame) -> Frame? {
        guard merged.leansBack, !merged.metrics.isEmpty, merged.subjects.isEmpty, !old.subjects.isEmpty else {
            return nil
        }
        var frame = merged
        frame.subjects = old.subjects
        frame.inheritsSubject = true
        return frame
    }

    private static func mergeFilters(of old: Frame, into frame: inout Frame) {
        for filter in old.filters where !frame.groupings.contains(filter.dimension) {
            let isReplaced = frame.filters.contains {
                $0.dimension == filter.dimension && $0.isExcluded == filter.isExcluded
            }
            if !isReplaced { frame.filters.insert(filter, at: 0) }
        }
    }

    /// "And the difference?" after one period and then another is that between the two.
    private static func differenceOfTwo(_ new: Frame, _ old: Frame) -> [Frame.Span]? {
        guard new.has("difference"), new.comparisons.isEmpty, new.metrics.isEmpty, new.subjects.isEmpty,
            old.periods.count == 1, let former = old.formerPeriod, former.period.unit == old.periods[0].period.unit
        else { return nil }
        return [old.periods[0], former]
    }

    /// "And last year?" after a quarter or month means that quarter or month of the year before.
    private static func sameStretchAYearBefore(_ new: Frame, _ old: Frame) -> Frame.Span? {
        guard new.periods.count == 1, let asked = new.periods.first, let before = old.periods.first,
            new.metrics.isEmpty, asked.period.unit == .year, before.period.unit != .year,
            [
                "last year", "the year before", "year before", "previous year", "a year ago", "prior year",
                "year earlier",
            ]
            .contains(asked.words)
        else { return nil }
        return Frame.Span(words: asked.words, period: before.period.priorYear(), isToDate: false)
    }
}
