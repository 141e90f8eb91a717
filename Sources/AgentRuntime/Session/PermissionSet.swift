/// Permissions, each once, in the order of their names.
///
/// In that order they are written into every message's record and read from it again, so neither sorts nor hashes them.
package struct PermissionSet: Sendable, Hashable {
    private var permissions: [Permission]

    package init(_ permissions: some Sequence<Permission>) {
        let all = Array(permissions)
        self.permissions = PermissionSet.isOrdered(all) ? all : Set(all).sorted()
    }

    /// Each stands behind a smaller one.
    private static func isOrdered(_ permissions: [Permission]) -> Bool {
        zip(permissions, permissions.dropFirst()).allSatisfy { $0 < $1 }
    }

    package var isEmpty: Bool { permissions.isEmpty }

    package func contains(_ permission: Permission) -> Bool {
        var (low, high) = (0, permissions.count)
        while low < high {
            let middle = (low + high) / 2
            if permissions[middle] == permission { return true }
            if permissions[middle] < permission { low = middle + 1 } else { high = middle }
        }
        return false
    }

    /// Those of both; one of them as it stands where the other brings nothing new.
    package func union(_ others: PermissionSet) -> PermissionSet {
        if others.isEmpty || self == others { return self }
        if isEmpty { return others }
        let new = others.permissions.filter { !contains($0) }
        return new.isEmpty ? self : PermissionSet(permissions + new)
    }
}

extension PermissionSet: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: Permission...) { self.init(elements) }
}

extension PermissionSet: Sequence {
    package func makeIterator() -> IndexingIterator<[Permission]> { permissions.makeIterator() }
}
