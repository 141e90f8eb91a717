internal import AgentRuntime

/// Measures and what leads from one to another: a directed graph without circles.
struct CausalGraph: Sendable {
    struct Node: Sendable {
        var id: String
        var label: String
        /// A usual month of the measure; `nil` for one that the data does not hold.
        var monthly: Double?
        var isMoney = false
    }

    /// Where a relationship is known from.
    enum Basis: String, Sendable {
        case given, imported, estimated, accounting
    }

    struct Edge: Sendable {
        var source: Int
        var target: Int
        /// Percent of the target for each percent of the source.
        var weight: Double
        var lagDays: Int
        /// From 0 to `confidenceMax`.
        var confidence: Double
        var basis: Basis
        var relation: LaggedRelation?
    }

    static let nodesMax = 500
    static let edgesMax = 2_000
    static let weightMax: Int64 = 1_000
    /// No step is certain: what follows over more steps is less certain, however sure each of them is.
    static let confidenceMax = 0.95
    /// Of a relationship whose confidence nobody has said.
    static let confidenceDefault = 0.85

    private(set) var nodes: [Node] = []
    private(set) var edges: [Edge] = []
    private var places: [String: Int] = [:]
    private var next: [[Int]] = []

    init() {}

    /// The graph of relationships that people have given.
    ///
    /// - Throws: `invalid_argument` when they lead in a circle, which is named, or are too many.
    init(relationships: [Relationship], basis: Basis = .imported) throws(FigureFailure) {
        for relationship in relationships {
            try add(relationship, basis: basis)
        }
    }

    /// A name without regard to case, blanks and hyphens.
    static func key(_ name: String) -> String {
        name.trimmingBlanks().lowercased().replacing("-", with: "_").replacing(" ", with: "_")
    }

    /// "marketing_spend" reads "Marketing Spend".
    static func title(_ name: String) -> String {
        guard name == name.lowercased() else { return name.replacing("_", with: " ") }
        return name.split(whereSeparator: { $0 == "_" || $0 == " " }).map { word in
            word.prefix(1).uppercased() + word.dropFirst()
        }.joined(separator: " ")
    }

    func place(of name: String) -> Int? { places[Self.key(name)] }

    /// The node of a name; it is added when it is not there.
    mutating func node(_ id: String, label: String? = nil, monthly: Double? = nil, isMoney: Bool = false) -> Int {
        let key = Self.key(id)
        if let place = places[key] {
            if nodes[place].monthly == nil, let monthly {
                nodes[place].monthly = monthly
                nodes[place].isMoney = isMoney
            }
            return place
        }
        nodes.append(Node(id: key, label: label ?? Self.title(id), monthly: monthly, isMoney: isMoney))
        next.append([])
        places[key] = nodes.count - 1
        return nodes.count - 1
    }

    /// Lets a node be found by a further name.
    mutating func alias(_ name: String, of place: Int) {
        if places[Self.key(name)] == nil { places[Self.key(name)] = place }
    }

    mutating func add(_ relationship: Relationship, basis: Basis) throws(FigureFailure) {
        let (source, target) = (node(relationship.source), node(relationship.target))
        if let circle = path(from: target, to: source) {
            let names = (circle + [target]).map { nodes[$0].label }
            throw FigureFailure(
                code: "invalid_argument",
                message: "the relationships lead in a circle: \(names.joined(separator: " → "))",
                more: ["argument": "relationships", "cycle": .array(names.map(JSONValue.string))]
            )
        }
        guard nodes.count <= Self.nodesMax, edges.count < Self.edgesMax else {
            throw .invalidArgument("relationships", "are too many")
        }
        link(
            Edge(
                source: source,
                target: target,
                weight: Double(relationship.weight) / 10_000,
                lagDays: relationship.lagDays,
                confidence: min(
                    Self.confidenceMax,
                    relationship.confidence.map { Double($0) / 10_000 } ?? Self.confidenceDefault
                ),
                basis: basis,
                relation: nil
            )
        )
    }

    /// Adds what was found rather than given: nothing where the two are related already or it would close a circle.
    @discardableResult
    mutating func addIfNew(_ edge: Edge) -> Bool {
        guard edge.weight.isFinite, edge.weight != 0, !nodes.isEmpty,
            !edges.contains(where: { $0.source == edge.source && $0.target == edge.target }),
            path(from: edge.target, to: edge.source) == nil
        else { return false }
        link(edge)
        return true
    }

    private mutating func link(_ edge: Edge) {
        edges.append(edge)
        next[edge.source].append(edges.count - 1)
    }

    /// The nodes of a shortest way from one node to another, both included; `nil` when none leads there.
    func path(from start: Int, to end: Int) -> [Int]? {
        var before = [Int?](repeating: nil, count: nodes.count)
        var isSeen = [Bool](repeating: false, count: nodes.count)
        var queue = [start]
        isSeen[start] = true
        var read = 0
        while read < queue.count {
            let node = queue[read]
            read += 1
            if node == end {
                var path = [end]
                while let previous = before[path[0]] { path.insert(previous, at: 0) }
                return path
            }
            for edge in next[node] where !isSeen[edges[edge].target] {
                isSeen[edges[edge].target] = true
                before[edges[edge].target] = node
                queue.append(edges[edge].target)
            }
        }
        return nil
    }

    /// Every node behind those that lead to it (Kahn, Communications of the ACM 5, 1962).
    var order: [Int] {
        var open = [Int](repeating: 0, count: nodes.count)
        for edge in edges { open[edge.target] += 1 }
        var order = nodes.indices.filter { open[$0] == 0 }
        var read = 0
        while read < order.count {
            for edge in next[order[read]] {
                open[edges[edge].target] -= 1
                if open[edges[edge].target] == 0 { order.append(edges[edge].target) }
            }
            read += 1
        }
        return order
    }

    /// `input` where nothing leads to it, `output` where it leads to nothing.
    func kind(of node: Int) -> String {
        let isTarget = edges.contains { $0.target == node }
        if !isTarget { return "input" }
        return next[node].isEmpty ? "output" : "intermediate"
    }

    // MARK: Effects

    /// What a change of one measure does to another.
    struct Effect: Sendable {
        var node: Int
        /// As a share: 0.2 for 20 %.
        var change: Double
        var confidence: Double
        /// Until all of it has come.
        var lagDays: Int
        /// Relationships on the longest way that it came.
        var steps: Int
        /// The measure that it comes from most.
        var via: Int
        var basis: Basis
    }

    /// Spreads a change along the relationships.
    ///
    /// The change of a measure is the sum over what leads to it of weight × change; its confidence is the least of
    /// (confidence of the cause × confidence of the relationship), so that it falls with every step on every way. What
    /// would take longer than the horizon does not count, and is told apart.
    func effects(of change: Double, at start: Int, horizonDays: Int) -> (within: [Effect], beyond: [Effect]) {
        var found = [Effect?](repeating: nil, count: nodes.count)
        var late: [Int: Effect] = [:]
        found[start] = Effect(
            node: start,
            change: change,
            confidence: 1,
            lagDays: 0,
            steps: 0,
            via: start,
            basis: .given
        )
        var incoming = [[Edge]](repeating: [], count: nodes.count)
        for edge in edges { incoming[edge.target].append(edge) }
        for node in order where node != start {
            var effect = Effect(node: node, change: 0, confidence: 1, lagDays: 0, steps: 0, via: node, basis: .given)
            var weight = 0.0
            var largest = 0.0
            for edge in incoming[node] {
                guard let cause = found[edge.source] else { continue }
                let share = edge.weight * cause.change
                let lag = cause.lagDays + edge.lagDays
                guard lag <= horizonDays else {
                    let confidence = cause.confidence * edge.confidence
                    if late[node].map({ lag < $0.lagDays }) ?? true {
                        late[node] = Effect(
                            node: node,
                            change: share,
                            confidence: confidence,
                            lagDays: lag,
                            steps: cause.steps + 1,
                            via: edge.source,
                            basis: edge.basis
                        )
                    }
                    continue
                }
                effect.change += share
                effect.confidence = min(effect.confidence, cause.confidence * edge.confidence)
                effect.lagDays = max(effect.lagDays, lag)
                effect.steps = max(effect.steps, cause.steps + 1)
                weight += abs(share)
                if abs(share) > largest {
                    largest = abs(share)
                    effect.via = edge.source
                    effect.basis = edge.basis
                }
            }
            guard weight > 0 else { continue }
            found[node] = effect
        }
        let within = found.indices.compactMap { $0 == start ? nil : found[$0] }
            .sorted { (-$0.confidence, $0.steps, $0.node) < (-$1.confidence, $1.steps, $1.node) }
        let beyond = late.values.filter { found[$0.node] == nil }.sorted {
            ($0.lagDays, $0.node) < ($1.lagDays, $1.node)
        }
        return (within, beyond)
    }
}
