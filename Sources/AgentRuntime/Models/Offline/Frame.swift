/// What a question asks for, in slots: what to measure, of which part, over which time, against what.
///
/// A frame is recorded with its turn, so that a follow-up can be merged onto it; it holds names and dates only.
package struct Frame: Sendable, Hashable {
    /// A dimension held to some of its values, or kept free of them.
    package struct Filter: Sendable, Hashable {
        package var dimension: String
        package var values: [String]
        package var isExcluded: Bool

        package init(dimension: String, values: [String], isExcluded: Bool = false) {
            self.dimension = dimension
            self.values = values
            self.isExcluded = isExcluded
        }
    }

    /// A stretch of time as it was named, resolved when the question was read.
    package struct Span: Sendable, Hashable {
        package var words: String
        package var period: Period
        /// Whether it still runs.
        package var isToDate: Bool

        package init(words: String, period: Period, isToDate: Bool) {
            self.words = words
            self.period = period
            self.isToDate = isToDate
        }
    }

    /// "over $100K", "below 5%".
    package struct Threshold: Sendable, Hashable {
        package var isAbove: Bool
        package var value: ExactNumber
        package var isPercent: Bool
        /// As the question writes it.
        package var words: String
    }

    package enum Form: String, Sendable, Hashable {
        case which
        case yesNo = "yes_no"
        case count, amount, other
    }
    package enum Tense: String, Sendable, Hashable { case past, present, future }

    /// A word that no slot took.
    package struct Word: Sendable, Hashable {
        package var text: String
        /// Whether an answer may ignore it (general words); a topic word may not be ignored.
        package var isTolerable: Bool
    }

    package var text = ""
    package var metrics: [String] = []
    /// Things asked about that are no figures of their own: a skill's words ("pipeline", "policy").
    package var subjects: [String] = []
    package var filters: [Filter] = []
    package var groupings: [String] = []
    package var periods: [Span] = []
    /// The last period is what the first is held against ("than last month").
    package var hasBaseline = false
    /// The period of the question before, where a follow-up put another in its place.
    package var formerPeriod: Span?
    package var comparisons: [String] = []
    package var granularity: String?
    package var order: SortOrder?
    package var limit: Int?
    package var thresholds: [Threshold] = []
    package var cues: [String] = []
    package var chart: String?
    package var form = Form.other
    package var tense = Tense.present
    package var isNegated = false
    /// Content words that no slot took.
    package var unexplained: [Word] = []
    /// Content words as they stand, for skills that search in text.
    package var words: [String] = []
    /// Whether it leans on the question before ("and for …", "that").
    package var leansBack = false
    /// Whether one word stands for several values, which are then asked about together.
    package var isJoined = false
    /// Whether the metrics or subjects come from the question before.
    package var inheritsSubject = false
    /// Content words per slot; not recorded.
    package var weights: [String: Int] = [:]

    package init() {}

    package func has(_ cue: String) -> Bool { cues.contains(cue) }
    package func isAbout(_ subject: String) -> Bool { subjects.contains(subject) }

    /// The filter on a dimension, excluded values left aside.
    package func values(of dimension: String) -> [String] {
        filters.first { $0.dimension == dimension && !$0.isExcluded }?.values ?? []
    }

    /// Whether anything but fill words was understood.
    package var isEmpty: Bool {
        metrics.isEmpty && subjects.isEmpty && filters.isEmpty && groupings.isEmpty && periods.isEmpty
            && comparisons.isEmpty && granularity == nil && order == nil && cues.isEmpty && chart == nil
    }

    /// The share of content words that a plan explains which uses these slots.
    ///
    /// Slots are `metric`, `subject:NAME`, `value`, `dimension`, `period`, `comparison`, `granularity`, `order`,
    /// `number`, `chart` and `cue:NAME`. A general word counts half. A plan that leaves out a slot which changes what
    /// is asked explains nothing: its answer would be to another question.
    package func explained(by slots: Set<String>) -> Double {
        var explained = 0.0
        var all = 0.0
        for (slot, weight) in weights {
            all += Double(weight)
            if slots.contains(slot) {
                explained += Double(weight)
            } else if !Self.optionalSlots.contains(slot), !Self.isOptional(slot, beside: slots) {
                return 0
            }
        }
        for word in unexplained { all += word.isTolerable ? 0.5 : 1 }
        return all == 0 ? (isEmpty ? 0 : 1) : explained / all
    }

    /// Slots that say how to show a figure, not which.
    private static let optionalSlots: Set<String> = [
        "chart", "cue:total", "cue:list", "cue:include", "cue:again", "cue:breakdown", "cue:hit", "cue:compare",
    ]

    /// A skill may declare a soft subject by naming it `subject:*`.
    private static func isOptional(_ slot: String, beside slots: Set<String>) -> Bool {
        slots.contains("cue:*") && slot.hasPrefix("cue:")
    }

    /// Topic words that no slot took: an answer that ignores them would answer another question.
    package var unplaced: [String] { unexplained.filter { !$0.isTolerable }.map(\.text) }
}
