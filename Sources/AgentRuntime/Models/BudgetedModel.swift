/// What becomes of a question when a budget is used up.
package enum OverBudgetPolicy: String, Sendable, CaseIterable {
    /// The turn fails and says why.
    case fail
    /// The offline planner answers, degraded.
    case offline
}

/// A model whose calls are paid from budgets: reserved at the most before each, settled from what was used.
package struct BudgetedModel: LanguageModel {
    /// The most that one call can use.
    package struct Bounds: Sendable {
        /// The dearest price of the models that may answer; `nil` when none has one.
        package var price: BudgetPrice?
        /// The most tokens that a step may write.
        package var outputTokensMax: Int
        /// The most tokens that a model can read.
        package var contextWindow: Int?

        package init(price: BudgetPrice? = nil, outputTokensMax: Int, contextWindow: Int? = nil) {
            self.price = price
            self.outputTokensMax = outputTokensMax
            self.contextWindow = contextWindow
        }

        /// The most that a step can use that begins with so many bytes of input.
        package func worst(inputBytes: Int) -> BudgetAmount {
            // A token is hardly ever below two bytes of text; a model cannot read more than its window.
            let input = min((inputBytes + 1) / 2, contextWindow ?? .max)
            return BudgetAmount(
                tokens: input + outputTokensMax,
                money: price?.cost(input: input, output: outputTokensMax) ?? .zero
            )
        }
    }

    private let base: any LanguageModel
    private let offline: any LanguageModel
    private let ledger: BudgetLedger
    private let bounds: Bounds
    private let policy: OverBudgetPolicy

    package init(
        _ base: any LanguageModel,
        offline: any LanguageModel,
        ledger: BudgetLedger,
        bounds: Bounds,
        policy: OverBudgetPolicy
    ) {
        self.base = base
        self.offline = offline
        self.ledger = ledger
        self.bounds = bounds
        self.policy = policy
    }

    package var name: String { base.name }
    package var repeatsItself: Bool { base.repeatsItself }

    package func respond(to request: ModelRequest) async throws -> ModelStream {
        let bytes = request.byteCount
        let reservation: BudgetReservation
        do {
            let worst = bounds.worst(inputBytes: bytes)
            reservation = try await ledger.reserve(worst, for: request.principal, turn: request.turn)
        } catch let error as AgentError where error.code == .limitExceeded && policy == .offline {
            return try await degraded(request)
        }
        let inputTokens = (bytes + 3) / 4
        let account = CallAccount(reservation, ledger, offline: offline.name, inputTokens, bounds.price)
        do {
            let stream = try await base.respond(to: request)
            return ModelStream {
                do {
                    let batch = try await stream.next()
                    account.take(batch)
                    if batch == nil || account.isFinished { await account.settle() }
                    return batch
                } catch {
                    await account.settle()
                    throw error
                }
            }
        } catch {
            // Nothing was said; what a backend counted all the same it has not told.
            await account.settleUnused()
            throw error
        }
    }

    private func degraded(_ request: ModelRequest) async throws -> ModelStream {
        let origin = ModelEvent.answering(StepOrigin(model: offline.name, isDegraded: true))
        let stream = try await offline.respond(to: request)
        let isFirst = Guarded(true)
        return ModelStream {
            let takesLead = isFirst.with { first in
                defer { first = false }
                return first
            }
            return takesLead ? [origin] : try await stream.next()
        }
    }
}

/// What one call has used so far; settled once.
///
/// A stream that is dropped half-way, as by a cancel, is settled by what it had said.
private final class CallAccount: Sendable {
    private struct State {
        var usage: Usage?
        var textBytes = 0
        var model = ""
        var isFinished = false
        var isSettled = false
    }

    private let reservation: BudgetReservation
    private let ledger: BudgetLedger
    private let offline: String
    private let inputTokens: Int
    private let price: BudgetPrice?
    private let state = Guarded(State())

    init(
        _ reservation: BudgetReservation,
        _ ledger: BudgetLedger,
        offline: String,
        _ inputTokens: Int,
        _ price: BudgetPrice?
    ) {
        self.reservation = reservation
        self.ledger = ledger
        self.offline = offline
        self.inputTokens = inputTokens
        self.price = price
    }

    deinit {
        guard let (amount, model) = due() else { return }
        ledger.settleLater(reservation, used: amount, model: model)
    }

    var isFinished: Bool { state.with { $0.isFinished } }

    func take(_ batch: [ModelEvent]?) {
        state.with { state in
            for event in batch ?? [] {
                switch event {
                case .text(let text): state.textBytes += text.utf8.count
                case .toolCall(let call): state.textBytes += JSONValue.object(call.arguments).bytes().count
                case .usage(let usage): state.usage = (state.usage ?? Usage()).adding(usage)
                case .answering(let origin): state.model = origin.model
                case .finished: state.isFinished = true
                default: continue
                }
            }
        }
    }

    func settle() async {
        guard let (amount, model) = due() else { return }
        await ledger.settle(reservation, used: amount, model: model)
    }

    func settleUnused() async {
        guard let (_, model) = due() else { return }
        await ledger.settle(reservation, used: BudgetAmount(), model: model)
    }

    /// What is to be settled; `nil` when it has been.
    private func due() -> (BudgetAmount, String)? {
        let offline = offline
        let inputTokens = inputTokens
        let price = price
        return state.with { state in
            guard !state.isSettled else { return nil }
            state.isSettled = true
            guard state.model != offline else { return (BudgetAmount(), state.model) }
            let usage = state.usage ?? Usage(inputTokens: inputTokens, outputTokens: (state.textBytes + 3) / 4)
            let cost = price?.cost(input: usage.inputTokens, output: usage.outputTokens) ?? .zero
            let money = usage.cost > .zero ? usage.cost : cost
            return (BudgetAmount(tokens: usage.inputTokens + usage.outputTokens, money: money), state.model)
        }
    }
}

extension ModelRequest {
    /// The UTF-8 bytes of all that a model is shown, the system prompt and the marks around messages estimated.
    package var byteCount: Int {
        var count = message.utf8.count + context.bytes().count + 4096
        for turn in history {
            count += turn.message.utf8.count + turn.answer.utf8.count
            count += turn.steps.reduce(0) { $0 + $1.byteCount }
        }
        count += steps.reduce(0) { $0 + $1.byteCount }
        for tool in tools {
            count += tool.name.utf8.count + tool.purpose.utf8.count + tool.parameters.bytes().count
        }
        return count
    }
}

extension CompletedStep {
    fileprivate var byteCount: Int {
        calls.reduce(text.utf8.count) { count, call in
            count + call.call.name.utf8.count + JSONValue.object(call.call.arguments).bytes().count
                + call.result.content.bytes().count
        }
    }
}
