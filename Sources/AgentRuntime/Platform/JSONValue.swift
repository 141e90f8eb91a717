/// A JSON document (RFC 8259) that keeps what was written: member order, and the literal of every number.
///
/// Parsing and writing live in `JSONParser` and `JSONWriter`.
/// Equality of numbers is equality of value where it can be told exactly (`1.0 == 1`), else of the literal.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// The members of a JSON object in the order they were written; names are unique.
///
/// Look-up is a linear search: objects on our wires are small, and the parser bounds and checks large ones itself.
package struct JSONObject: Sendable, Hashable {
    /// One member of an object.
    package typealias Member = (name: String, value: JSONValue)

    /// The members in the form in which a literal brings them, so that its memory becomes the object's.
    private(set) var pairs: [(String, JSONValue)]

    package init() { pairs = [] }

    /// Takes members whose names the caller knows to be unique.
    package init(uniqueMembers: some Sequence<Member>) { pairs = uniqueMembers.map { ($0.name, $0.value) } }

    /// Takes names with their values as they lie; the caller knows the names to be unique (the parser has checked them).
    init(uniquePairs: [(String, JSONValue)]) { pairs = uniquePairs }

    package var count: Int { pairs.count }
    package var isEmpty: Bool { pairs.isEmpty }
    package var members: [Member] { pairs.map { (name: $0.0, value: $0.1) } }
    package var names: [String] { pairs.map(\.0) }

    /// The value of a member; setting `nil` removes it, setting an existing one keeps its place.
    package subscript(name: String) -> JSONValue? {
        get {
            // Read where they lie: an element that is taken out is held once more.
            pairs.withUnsafeBufferPointer { pairs in
                for index in pairs.indices where pairs[index].0 == name { return pairs[index].1 }
                return nil
            }
        }
        set {
            if let index = place(of: name) {
                if let newValue {
                    pairs[index].1 = newValue
                } else {
                    pairs.remove(at: index)
                }
            } else if let newValue {
                // Most objects have some members: growing one by one would move them three times.
                if pairs.capacity == 0 { pairs.reserveCapacity(8) }
                pairs.append((name, newValue))
            }
        }
    }

    /// Makes room for members that are going to be set.
    package mutating func reserve(_ count: Int) { pairs.reserveCapacity(count) }

    private func place(of name: String) -> Int? {
        pairs.withUnsafeBufferPointer { pairs in
            for index in pairs.indices where pairs[index].0 == name { return index }
            return nil
        }
    }

    /// Whether both are copies of one object that neither has changed since.
    private func isSameStorage(as other: JSONObject) -> Bool {
        pairs.withUnsafeBufferPointer { own in
            other.pairs.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress }
        }
    }

    /// Two objects are equal when they have the same members, in whatever order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        if left.isSameStorage(as: right) { return true }
        if zip(left.pairs, right.pairs).allSatisfy({ $0.0 == $1.0 }) {
            return zip(left.pairs, right.pairs).allSatisfy { $0.1 == $1.1 }
        }
        let values = Dictionary(uniqueKeysWithValues: right.pairs)
        return left.pairs.allSatisfy { values[$0.0] == $0.1 }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(pairs.count)
        for (name, value) in pairs.sorted(by: { $0.0 < $1.0 }) {
            hasher.combine(name)
            hasher.combine(value)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        pairs = elements
        assert(Set(names).count == count, "a literal names a member twice: \(names)")
    }
}

extension JSONObject: Sequence {
    package struct Iterator: IteratorProtocol {
        fileprivate var pairs: IndexingIterator<[(String, JSONValue)]>

        package mutating func next() -> Member? { pairs.next().map { (name: $0.0, value: $0.1) } }
    }

    package func makeIterator() -> Iterator { Iterator(pairs: pairs.makeIterator()) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(nilLiteral: ()) { self = .null }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        let object = JSONObject(uniquePairs: elements)
        assert(Set(object.names).count == object.count, "a literal names a member twice: \(object.names)")
        self = .object(object)
    }
}

extension JSONValue {
    package static func integer(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

    /// A finite double as its shortest literal; `null` when it is not finite, as JSON has no such numbers.
    package static func double(_ value: Double) -> JSONValue {
        guard value.isFinite else { return .null }
        return .number(JSONNumber(value))
    }

    /// The string, or `null` where there is none.
    package static func optional(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var number: JSONNumber? { if case .number(let value) = self { value } else { nil } }
    package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    package var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    package var isNull: Bool { if case .null = self { true } else { false } }

    /// The number as an integer, when it is a whole one that fits.
    package var int: Int? { number?.int }
    package var double: Double? { number?.double }

    /// The member of an object; `nil` when this is no object or has no such member.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// The element of an array; `nil` when this is no array or the index is outside of it.
    package subscript(index: Int) -> JSONValue? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }
}
