/// How dimensions are called in sentences.
enum DimensionNames {
    static func singular(_ dimension: String) -> String {
        switch dimension {
        case "lob": "line of business"
        default: dimension
        }
    }

    static func plural(_ dimension: String) -> String {
        switch dimension {
        case "lob": "lines of business"
        default: dimension + "s"
        }
    }
}
