import AgentRuntime
import Synchronization
import Testing

@Suite("Traces, metrics and logs")
struct TracingTests {
    @Test("A traceparent that holds is taken, any other is treated as absent")
    func traceparent() {
        let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        #expect(TraceContext(header: header)?.header == header)
        let bad = [
            "", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra",
        ]
        for header in bad { #expect(TraceContext(header: header) == nil, "\(header)") }
    }

    @Test("Series come out in the Prometheus text format, sorted and escaped")
    func metrics() {
        let metrics = Metrics()
        metrics.declare("b_total", .counter, help: "Counts.")
        metrics.declare("a_seconds", .histogram, help: "Times.", buckets: [0.1, 1])
        metrics.add("b_total", labels: ["kind": "a\"b"])
        metrics.add("b_total", 2, labels: ["kind": "a\"b"])
        metrics.observe("a_seconds", 0.05)
        metrics.observe("a_seconds", 5)
        metrics.add("undeclared_total")
        let expected = """
            # HELP a_seconds Times.
            # TYPE a_seconds histogram
            a_seconds_bucket{le="0.1"} 1
            a_seconds_bucket{le="1"} 1
            a_seconds_bucket{le="+Inf"} 2
            a_seconds_sum 5.05
            a_seconds_count 2
            # HELP b_total Counts.
            # TYPE b_total counter
            b_total{kind="a\\"b"} 3

            """
        #expect(metrics.text == expected)
    }

    @Test("A log line is one JSON object, levels below the chosen one are silent")
    func log() throws {
        let lines = Mutex<[[UInt8]]>([])
        struct Noon: WallClock { func now() -> Timestamp { Timestamp(milliseconds: 0) } }
        let log = Logger(level: .info, format: .json, wallClock: Noon()) { line in lines.withLock { $0.append(line) } }
        log.with("turn", "msg_1").info("turn ended", ["status": "completed"])
        log.debug("unseen")
        let all = lines.withLock { $0 }
        #expect(all.count == 1)
        let entry = try JSONValue(parsing: Array(all[0].dropLast()))
        #expect(entry["turn"] == "msg_1")
        #expect(entry["status"] == "completed")
        #expect(entry["time"] == "1970-01-01T00:00:00.000Z")
    }
}
