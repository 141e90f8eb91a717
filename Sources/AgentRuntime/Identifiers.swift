// Identifiers are types, so that one cannot be passed for another. Each is an opaque ASCII string; those minted
// by an `IdentifierSource` start with the prefix named here and sort by time of making.

/// What every identifier has in common: a raw string, printed as it is.
package protocol Identifier: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible
where RawValue == String {
    init(rawValue: String)
}

extension Identifier {
    package init(_ rawValue: String) { self.init(rawValue: rawValue) }
    package var description: String { rawValue }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A customer of the deployment; every record, row and key belongs to one.
///
/// 1–64 of `a–z 0–9 _ -`.
package struct TenantID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    /// Whether a text may name a tenant; it becomes a file name, so nothing else is allowed.
    package static func isValid(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            } && !text.hasPrefix("-")
    }
}

/// A person or service within a tenant (`usr_…`, or a token's `sub`).
package struct UserID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A conversation and the session over it (`conv_…`).
package struct SessionID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// One turn, named by the message that answers it (`msg_…`).
package struct TurnID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A message that a user sent (`msg_…`).
package struct MessageID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// One request to a tool within a turn (`call_…`); it joins the request with its result.
package struct ToolCallID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// The data subject whose key seals a record's payload (`user:usr_…`).
package struct SubjectID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// The right to do one thing, `area:verb` (`metrics:read`); which role has which is the deployment's table.
package struct Permission: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A named set of permissions (`finance_analyst`).
package struct Role: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}
