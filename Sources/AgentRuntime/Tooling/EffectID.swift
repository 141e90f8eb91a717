/// The name under which an effect happens at most once.
///
/// Made from what the runtime knows, never from a model's call identifier, which changes between attempts.
package enum EffectID {
    /// `eff_` and the first 32 hexadecimal digits of SHA-256 over session, turn, step, tool and canonical arguments.
    package static func make(session: SessionID, turn: TurnID, step: Int, call: ToolCall) -> String {
        let arguments = JSONValue.object(call.arguments).canonicalBytes()
        let parts = [
            session.rawValue, turn.rawValue, String(step), call.name, String(decoding: arguments, as: UTF8.self),
        ]
        return "eff_" + SHA256.hex(parts.joined(separator: "\u{0}")).prefix(32)
    }
}
