internal import AgentRuntime

/// An article of a demo company, as the Markdown file that one would import.
struct DemoArticle: Sendable {
    var fileName: String
    var text: String

    init(_ fileName: String, _ text: String) {
        self.fileName = fileName
        self.text = text
    }
}

/// The articles of the demo companies; in the binary, so that a demo needs no files.
///
/// One of them (`vendor-onboarding.md`) carries an order to assistants, as documents from outside may: it shows that such
/// text is neither followed nor quoted.
package enum DemoArticles {
    /// The articles of the finance demo company, ready to be stored.
    ///
    /// - Throws: `ArticleFault`, which a test rules out.
    package static func finance() throws(ArticleFault) -> [Article] { try articles(financeFiles) }

    /// Every article about running a company, whatever it does.
    static let general = spending + purchasing + accounting + cash + planning + governance

    static var financeFiles: [DemoArticle] {
        let others: Set = [
            "sales-tax-and-vat.md", "management-reporting.md", "segregation-of-duties.md", "treasury-and-liquidity.md",
        ]
        return general.filter { !others.contains($0.fileName) }
    }

    static func articles(_ files: [DemoArticle]) throws(ArticleFault) -> [Article] {
        var articles: [Article] = []
        for file in files {
            articles.append(try ArticleFile.article(fileName: file.fileName, bytes: Array(file.text.utf8)))
        }
        return articles
    }
}
