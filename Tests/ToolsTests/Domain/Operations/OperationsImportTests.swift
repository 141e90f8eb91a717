import AgentRuntime
import Foundation
import Testing

@testable import Tools

@Suite("Import of operations")
struct OperationsImportTests {
    private func read<T: Sendable>(
        _ fixture: TenantFixture,
        _ body: @escaping @Sendable (SQLiteConnection) throws -> T
    ) async throws -> T {
        try await fixture.ledger.read(fixture.tenant) { _, connection in try body(connection) }
    }

    @Test("Every column of an order arrives, and a row of the same id replaces it")
    func orders() async throws {
        let fixture = try TenantFixture()
        let header = "id,number,customer,customer_email,status,order_date,required_date,expected_date,total,currency\n"
        try await fixture.load(
            "orders",
            header + "o1,SO-1,Ajax Ltd,buy@ajax.example,in_production,2026-01-02,2026-02-01,2026-02-03,1200.5,eur\n"
                + "o2,SO-2,,,delivered,,,,,\n"
        )
        let order = try #require(try await read(fixture) { try OrderStore($0).orders(numbered: "so-1").first })
        #expect(
            order
                == Order(
                    id: "o1",
                    number: "SO-1",
                    customer: "Ajax Ltd",
                    customerEmail: "buy@ajax.example",
                    status: "in_production",
                    orderDate: CalendarDate("2026-01-02"),
                    requiredDate: CalendarDate("2026-02-01"),
                    expectedDate: CalendarDate("2026-02-03"),
                    total: 12_005_000,
                    currency: "EUR"
                )
        )
        #expect(order.statusWords == "in production")
        #expect(order.isOpen)
        let again = try await fixture.load("orders", header + "o1,SO-1,Ajax Ltd,,delivered,,,,900,\n")
        #expect(again.replaced == 1 && again.inserted == 0)
        let all = try await read(fixture) { try OrderStore($0).all() }
        #expect(all.map(\.id).sorted() == ["o1", "o2"])
        #expect(all.first { $0.id == "o1" }?.isOpen == false)
    }

    @Test("An order without an id is known by its number")
    func orderNumbers() async throws {
        let fixture = try TenantFixture()
        try await fixture.load("orders", "number,status\nSO-1,open\n")
        let outcome = try await fixture.load("orders", "number,status\nSO-1,shipped\nSO-2,open\n")
        #expect(outcome.replaced == 1 && outcome.inserted == 1)
    }

    @Test("Customers, invoices, materials and rates keep what they are given")
    func others() async throws {
        let fixture = try TenantFixture()
        try await fixture.load(
            "customers",
            "id,code,name,email,segment,region,created_date,credit_limit,arr,health\n"
                + "c1,AJX,\"Ajax, Ltd\",buy@ajax.example,VIP,EMEA,2020-05-01,50000,12000.25,82\n,BOX,Box Co,,,,,,,\n"
        )
        try await fixture.load(
            "invoices",
            "number,customer,invoice_date,due_date,total,paid,currency\nI-1,AJX,2026-01-01,2026-01-31,100,40,USD\n"
        )
        try await fixture.load(
            "materials",
            "code,name,unit,stock,reserved,reorder_point,unit_cost,supplier\nAL,Aluminium,kg,10.5,2,20,3.75,Metals Inc\n"
        )
        try await fixture.load(
            "rates",
            "kind,name,value,unit\nMachine hour,5-axis,85,USD/h\nlabor hour,,42.5,USD/h\noverhead,,12.5,%\n"
        )
        try await read(fixture) { connection in
            let customers = try CustomerStore(connection).all()
            #expect(customers.map(\.id) == ["BOX", "c1"])
            #expect(customers[1].name == "Ajax, Ltd" && customers[1].arr == 120_002_500)
            #expect(customers[1].isNamed("ajx") && !customers[1].isNamed(""))
            let invoice = try #require(try InvoiceStore(connection).invoice("I-1"))
            #expect(invoice.outstanding == Money(units: 600_000))
            #expect(invoice.daysOverdue(today: try #require(CalendarDate("2026-02-10"))) == 10)
            let material = try #require(try MaterialStore(connection).material("AL"))
            #expect(material.available == 85_000 && material.unitCost == 37_500)
            let rates = try RateStore(connection).all()
            #expect(rates.map(\.kind) == [.labourHour, .machineHour, .overhead])
            #expect(rates.map(\.exact) == [ExactNumber("42.5"), ExactNumber("85"), ExactNumber("12.5")])
        }
    }

    @Test("Rows of one purchase order and material are its parts, replaced one by one")
    func deliveries() async throws {
        let fixture = try TenantFixture()
        let header = "po,supplier,material,promised_date,delivered_date,quantity,accepted\n"
        try await fixture.load(
            "deliveries",
            header
                + "P1,Metals,AL,2026-01-10,2026-01-12,50,48\nP1,Metals,AL,2026-01-10,,50,\nP2,Bolts,,2026-01-01,,5,\n"
        )
        let outcome = try await fixture.load(
            "deliveries",
            header + "P1,Metals,AL,2026-01-10,2026-01-12,50,yes\nP1,Metals,AL,2026-01-10,2026-01-20,50,no\n"
        )
        #expect(outcome.replaced == 2)
        let all = try await read(fixture) { try DeliveryStore($0).all() }
        #expect(all.count == 3)
        #expect(all.map(\.accepted) == [nil, 500_000, 0])
        #expect(
            all.map { $0.daysLate(today: CalendarDate(year: 2026, month: 1, day: 31) ?? fixture.settings.today) } == [
                30, 2, 10,
            ]
        )
    }

    @Test("Usage has no identity: the same file is refused, and its rows add up")
    func usage() async throws {
        let fixture = try TenantFixture()
        let text = "date,code,quantity\n2026-01-01,AL,5\n2026-01-01,AL,-1.5\n"
        try await fixture.load("material_usage", text)
        #expect(await fixture.refusal("material_usage", text)?.code == .alreadyImported)
        try await fixture.load("material_usage", text, replace: true)
        let used = try await read(fixture) { try MaterialStore($0).usage(of: "AL") }
        #expect(used.map(\.quantity) == [50_000, -15_000])
    }

    @Test("Replacing empties the type and leaves the others")
    func replace() async throws {
        let fixture = try TenantFixture()
        try await fixture.load("orders", "number,status\nSO-1,open\nSO-2,open\n")
        try await fixture.load("customers", "name\nAjax\n")
        try await fixture.load("orders", "number,status\nSO-3,open\n", replace: true)
        let (orders, customers) = try await read(fixture) { connection in
            (try OrderStore(connection).all().map(\.number), try CustomerStore(connection).all().count)
        }
        #expect(orders == ["SO-3"])
        #expect(customers == 1)
    }

    @Test(
        "Each bad row is named by its line, and nothing is stored",
        arguments: [
            ("orders", "number,status,total\nA,open,1\nB,,1\nC,open,1.23456\n", [3, 4]),
            (
                "orders",
                "number,status,order_date,currency\n,open,2026-01-01,USD\nA,open,2026-02-30,USD\nB,open,,dollar\n",
                [2, 3, 4]
            ),
            ("customers", "name,arr,created_date\n,1,\nAjax,lots,\nBox,1,yesterday\n", [2, 3, 4]),
            ("invoices", "number,customer,total,paid\n,A,1,1\n1,,1,1\n2,A,,1\n3,A,1,x\n", [2, 3, 4, 5]),
            ("invoices", "number,customer,total,paid\n1,A,900000000000000,-900000000000000\n", [2]),
            ("materials", "code,stock,reserved,unit_cost\nA,1,-1,1\n,1,1,1\nB,,1,1\nC,-2,0,-1\n", [2, 3, 4, 5]),
            ("material_usage", "date,code,quantity\n,A,1\n2026-01-01,,1\n2026-01-01,A,\n", [2, 3, 4]),
            (
                "deliveries", "po,supplier,quantity,accepted\nP,,1,1\n,S,1,1\nP,S,1,2\nP,S,-1,\nP,S,1,maybe\n",
                [2, 3, 4, 5, 6]
            ),
            ("rates", "kind,name,value\nmagic,,1\noverhead,,-1\noverhead,,\noverhead,,0.1234567\n", [2, 3, 4, 5]),
        ] as [(String, String, [Int])]
    )
    func badRows(type: String, text: String, lines: [Int]) async throws {
        let fixture = try TenantFixture()
        let error = await fixture.refusal(type, text)
        #expect(error?.code == .invalidArgument)
        #expect(error?.details.map(\.field) == lines.map { "line \($0)" }, "\(error?.details ?? [])")
        #expect(await fixture.databases.exists(fixture.tenant) == false)
    }
}
