import AgentRuntime
import Foundation
import TestSupport
import Testing

@testable import Tools

@Suite("Reading a folder of articles")
struct ArticleFolderTests {
    private let folder = TemporaryFolder()

    private func write(_ name: String, _ text: String = "---\ntitle: A\n---\nText.\n") throws {
        let url = URL(filePath: folder.file(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func refusal() -> AgentError? {
        let error = #expect(throws: AgentError.self) { try ArticleFolder.articles(at: folder.path) }
        #expect(error?.message.hasPrefix("Nothing was imported") == true, "\(error?.message ?? "")")
        return error
    }

    @Test("All Markdown files are read, below subfolders too; others are passed over")
    func reading() throws {
        try write("b.md")
        try write("hr/a.markdown")
        try write("hr/.hidden.md", "bad")
        try write(".git/c.md", "bad")
        try write("notes.txt", "bad")
        let articles = try ArticleFolder.articles(at: folder.path)
        #expect(articles.map(\.id) == ["a", "b"])
        #expect(articles.map(\.fileName) == ["hr/a.markdown", "b.md"])
        #expect(try ArticleFolder.articles(at: folder.file("b.md")).map(\.fileName) == ["b.md"])
    }

    @Test("Every bad file is named with its line")
    func faults() throws {
        try write("good.md")
        try write("one.md", "no front matter")
        try write("two.md", "---\ntitle: A\nauthor: B\n---\nText")
        let error = refusal()
        #expect(error?.code == .invalidArgument)
        #expect(error?.details.map(\.field) == ["one.md, line 1", "two.md, line 3"])
    }

    @Test("Two files that give one identifier are refused")
    func collision() throws {
        try write("Travel Policy.md")
        try write("x/travel-policy.md")
        #expect(refusal()?.message.contains("same identifier “travel-policy”") == true)
    }

    @Test("Symbolic links are refused, to files and to folders")
    func links() throws {
        try write("good.md")
        try FileManager.default.createSymbolicLink(atPath: folder.file("link.md"), withDestinationPath: "/etc/passwd")
        try FileManager.default.createSymbolicLink(atPath: folder.file("loop"), withDestinationPath: folder.path)
        #expect(refusal()?.details.map(\.field) == ["link.md, line 1", "loop, line 1"])
    }

    @Test(
        "Names with characters that cannot be seen are refused",
        arguments: ["a\u{202E}dm.md", "a\nb.md", "a\u{200B}.md"]
    )
    func hostileNames(name: String) throws {
        try write("good.md")
        try write(name)
        let field = refusal()?.details.first?.field
        #expect(
            field?.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.properties.generalCategory != .format } == true
        )
    }

    @Test("A name that is not UTF-8 is refused")
    func invalidName() throws {
        try write("good.md")
        let path = folder.path.utf8CString.dropLast() + [0x2F, -1, -2, 0x2E, 0x6D, 0x64, 0]
        let made = path.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return Int32(-1) }
            return creat(base, 0o644)
        }
        #expect(made >= 0)
        close(made)
        #expect(refusal()?.details.count == 1)
    }

    @Test("A file that is too long is refused without being read whole")
    func size() throws {
        try write("long.md", "---\ntitle: A\n---\n" + String(repeating: "x", count: Article.fileBytesMax + 10))
        #expect(refusal()?.details.first?.message.contains("longer") == true)
    }

    @Test("A path without articles is an error")
    func nothing() throws {
        #expect(throws: AgentError.self) { try ArticleFolder.articles(at: folder.file("none")) }
        #expect(throws: AgentError.self) { try ArticleFolder.articles(at: folder.path) }
    }

    @Test(
        "Uploaded files are checked the same way",
        arguments: ["../a.md", "a//b.md", "/etc/a.md", "./a.md", "a\\b.md", ""]
    )
    func uploads(name: String) {
        #expect(throws: AgentError.self) {
            try ArticleFolder.articles(from: [(name, Array("---\ntitle: A\n---\nText".utf8))])
        }
    }
}
