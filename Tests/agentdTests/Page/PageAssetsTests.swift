import AgentRuntime
import Foundation
import Testing

@testable import agentd

@Suite("The page's files")
struct PageAssetsTests {
    static let scripts = PageAssets.all.filter { $0.contentType == .javascript }

    static func text(_ asset: PageAsset) -> String { String(decoding: asset.body, as: UTF8.self) }

    /// What stands between two marks, wherever it does.
    static func parts(of text: String, from opening: String, to closing: String) -> [String] {
        text.components(separatedBy: opening).dropFirst().compactMap { $0.components(separatedBy: closing).first }
    }

    @Test("Every path is served once and has a body")
    func paths() {
        #expect(Set(PageAssets.all.map(\.path)).count == PageAssets.all.count)
        #expect(PageAssets.all.allSatisfy { $0.body.count > 100 })
        #expect(PageAssets.asset(at: "/")?.contentType == .html)
        #expect(PageAssets.asset(at: "/favicon.ico")?.contentType == .svg)
        #expect(PageAssets.asset(at: "/page/none.js") == nil)
    }

    @Test("A script imports only scripts that are served", arguments: scripts.map(\.path))
    func imports(path: String) throws {
        let script = try #require(PageAssets.asset(at: path))
        for name in Self.parts(of: Self.text(script), from: " from './", to: "'") {
            #expect(PageAssets.asset(at: "/page/" + name) != nil, "\(path) imports \(name)")
        }
    }

    @Test("The markup names only files that are served, and holds no script or style of its own")
    func markup() {
        let markup = Self.text(PageAssets.page)
        let named = Self.parts(of: markup, from: "\"/page/", to: "\"").map { "/page/" + $0 }
        #expect(named.count == 4)
        #expect(named.allSatisfy { PageAssets.asset(at: $0) != nil })
        for forbidden in ["<style", "style=", " onclick", "javascript:", "http:", "https:"] {
            #expect(!markup.contains(forbidden), "the markup contains \(forbidden)")
        }
        #expect(markup.components(separatedBy: "<script").count == 2)
    }

    @Test("No script interprets text as markup or code", arguments: scripts.map(\.path))
    func sinks(path: String) throws {
        let script = Self.text(try #require(PageAssets.asset(at: path)))
        let sinks = [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(", "new Function",
            "setAttribute('style'", "createContextualFragment", "srcdoc",
        ]
        for sink in sinks { #expect(!script.contains(sink), "\(path) uses \(sink)") }
    }

    @Test("Nothing on the page comes from elsewhere", arguments: PageAssets.all.map(\.path))
    func origins(path: String) throws {
        let asset = Self.text(try #require(PageAssets.asset(at: path)))
        let addresses =
            Self.parts(of: asset, from: "https://", to: "/") + Self.parts(of: asset, from: "http://", to: "/")
        // A namespace and a citation of a standard in a comment are names, not addresses to load from.
        #expect(addresses.allSatisfy { ["www.w3.org", "html.spec.whatwg.org"].contains($0) }, "\(addresses)")
    }

    @Test("The policy allows this origin alone and nothing inline")
    func policy() {
        #expect(PageAssets.contentSecurityPolicy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
        #expect(!PageAssets.contentSecurityPolicy.contains("unsafe"))
        #expect(PageAssets.headers.contains { $0.name == "Content-Security-Policy" })
    }
}

@Suite("An asset's entity tag")
struct PageAssetTagTests {
    let asset = PageAsset(path: "/a.js", contentType: .javascript, text: "1")

    @Test("It follows the content and nothing else")
    func content() {
        #expect(asset.entityTag == PageAsset(path: "/b.js", contentType: .css, text: "1").entityTag)
        #expect(asset.entityTag != PageAsset(path: "/a.js", contentType: .javascript, text: "2").entityTag)
        #expect(asset.entityTag.count == 34)
    }

    @Test("If-None-Match names it alone, in a list, weakly or by a star")
    func matching() {
        let tag = asset.entityTag
        for named in [tag, "\"x\", \(tag)", "W/\(tag)", "*"] { #expect(asset.isNamed(by: named)) }
        for other in ["", "\"x\"", "W/\"x\"", String(tag.dropFirst())] { #expect(!asset.isNamed(by: other)) }
    }
}

@Suite("The page's configuration")
struct PageConfigurationTests {
    @Test("A demonstration names its accounts; without accounts it is none")
    func demo() {
        let account = PageConfiguration.Account(email: "admin@x.demo", role: "admin", tenant: "ten_x")
        let demo = PageConfiguration(mount: "/api/v1", demoAccounts: [account]).json(hasSession: true)
        #expect(
            demo.text
                == #"{"mount":"/api/v1","demo":true,"session":true,"accounts":[{"email":"admin@x.demo","role":"admin","tenant":"ten_x"}]}"#
        )
        let plain = PageConfiguration(mount: "/v1").json(hasSession: false)
        #expect(plain.text == #"{"mount":"/v1","demo":false,"session":false,"accounts":[]}"#)
    }
}
