import Testing

@testable import AgentRuntime

@Suite("Sets of permissions")
struct PermissionSetTests {
    private static func set(_ names: String...) -> PermissionSet { PermissionSet(names.map { Permission($0) }) }

    @Test("They lie in the order of their names, each once, however they come")
    func order() {
        #expect(Self.set("b", "a", "c", "a").map(\.rawValue) == ["a", "b", "c"])
        #expect(Self.set("a", "b", "b").map(\.rawValue) == ["a", "b"])
        #expect(Self.set("b", "a") == Self.set("a", "b"))
        #expect(Self.set().isEmpty && !Self.set("a").isEmpty)
    }

    @Test("What is in it is found, whatever its place", arguments: 0...9)
    func contains(count: Int) {
        let names = (0..<count).map { "p\($0 * 2)" }
        let set = PermissionSet(names.map { Permission($0) })
        for number in -1..<20 {
            #expect(set.contains(Permission("p\(number)")) == names.contains("p\(number)"), "\(number) of \(count)")
        }
    }

    @Test("Two make one")
    func union() {
        #expect(Self.set("b", "d").union(Self.set("a", "d", "c")) == Self.set("a", "b", "c", "d"))
        #expect(Self.set("a", "b").union(Self.set("b")) == Self.set("a", "b"))
        #expect(Self.set().union(Self.set("b")) == Self.set("b"))
    }
}
