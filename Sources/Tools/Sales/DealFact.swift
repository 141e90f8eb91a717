package import AgentRuntime

extension Deal {
    /// What the journal says of a deal that has changed, so that others can be told of it without asking.
    package var fact: JSONValue {
        [
            "id": .string(id), "name": .string(name), "account": .string(account), "owner": .string(owner),
            "amount": .money(amount), "stage": .string(stage), "status": .string(status.rawValue),
            "close_date": .optional(closeDate?.description), "region": .string(region),
        ]
    }
}
