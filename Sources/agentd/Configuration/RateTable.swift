// The rates of the surface, as the profiles' documents state them, and what the configuration changes about them.

/// What a request counts as.
enum RateClass: String, Sendable, CaseIterable {
    case ai
    case auth
    case general

    var documentation: String {
        switch self {
        case .ai: "Questions to the agent: per minute, or an object."
        case .auth: "Logging in and refreshing, per address and account: per minute, or an object."
        case .general: "Everything else: per minute, or an object."
        }
    }
}

/// A token bucket's figures.
struct RateLimit: Sendable, Hashable {
    /// Requests that come back in `seconds`.
    var requests: Int
    var seconds: Int
    /// Requests that a full bucket holds.
    var burst: Int

    init(requests: Int, seconds: Int = 60, burst: Int? = nil) {
        self.requests = requests
        self.seconds = seconds
        self.burst = burst ?? requests
    }
}

/// Which rate holds where.
///
/// A profile's configured figure comes first, then the class's configured figure, then the figure of the profile's
/// document, then the default.
struct RateTable: Sendable, Hashable {
    struct Place: Hashable {
        var profile: ProfileName
        var rateClass: RateClass
    }

    /// Off: every request is taken.
    var isOff = false
    var classes: [RateClass: RateLimit] = [:]
    var profiles: [Place: RateLimit] = [:]

    /// The rate of a request; `nil` when there is none.
    ///
    /// Paths outside of all profiles have no profile.
    func limit(_ rateClass: RateClass, on profile: ProfileName?) -> RateLimit? {
        guard !isOff else { return nil }
        if let profile, let limit = profiles[Place(profile: profile, rateClass: rateClass)] { return limit }
        if let limit = classes[rateClass] { return limit }
        return RateTable.initial(rateClass, on: profile)
    }

    private static func initial(_ rateClass: RateClass, on profile: ProfileName?) -> RateLimit {
        switch (rateClass, profile) {
        case (.ai, _): RateLimit(requests: 30)
        case (.auth, _): RateLimit(requests: 10)
        case (.general, .smb): RateLimit(requests: 100)
        case (.general, .cnc): RateLimit(requests: 1000, seconds: 3600)
        case (.general, _): RateLimit(requests: 60, burst: 100)
        }
    }
}
