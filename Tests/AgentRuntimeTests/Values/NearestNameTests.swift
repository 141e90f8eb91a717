import AgentRuntime
import Testing

@Suite("Nearest names")
struct NearestNameTests {
    static let names = ["listen", "limits", "log", "tenants"]

    @Test(
        "A slip finds its name",
        arguments: [("lisetn", "listen"), ("LIMIT", "limits"), ("lgo", "log"), ("tennants", "tenants")]
    )
    func slips(typed: String, meant: String) { #expect(NearestName.of(typed, among: Self.names) == meant) }

    @Test("Another word finds none, and the closest one all the same when it must")
    func otherWords() {
        #expect(NearestName.of("database", among: Self.names) == nil)
        #expect(NearestName.closest(to: "database", among: Self.names) != nil)
        #expect(NearestName.of(String(repeating: "a", count: 10_000), among: Self.names) == nil)
        #expect(NearestName.closest(to: "x", among: [String]()) == nil)
    }
}
