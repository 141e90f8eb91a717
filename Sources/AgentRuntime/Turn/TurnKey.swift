/// A turn of a tenant.
package struct TurnKey: Hashable, Sendable {
    package var tenant: TenantID
    package var turn: TurnID

    package init(tenant: TenantID, turn: TurnID) {
        self.tenant = tenant
        self.turn = turn
    }
}
