/// The tables of what a company buys, makes, delivers and is owed.
///
/// Days are numbers since 1970-01-01, amounts and quantities integers in 1/10,000, rates integers in 1/1,000,000.
enum OperationsSchema {
    static let sql = """
        CREATE TABLE customers (
            id TEXT PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, segment TEXT NOT NULL,
            region TEXT NOT NULL, created_date INTEGER, credit_limit INTEGER, arr INTEGER, health TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE orders (
            id TEXT PRIMARY KEY, number TEXT NOT NULL, customer TEXT NOT NULL, customer_email TEXT NOT NULL,
            status TEXT NOT NULL, order_date INTEGER, required_date INTEGER, expected_date INTEGER,
            total INTEGER NOT NULL, currency TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX orders_by_number ON orders (number COLLATE NOCASE);
        CREATE TABLE invoices (
            number TEXT PRIMARY KEY, customer TEXT NOT NULL, invoice_date INTEGER, due_date INTEGER,
            total INTEGER NOT NULL, paid INTEGER NOT NULL, currency TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE materials (
            code TEXT PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, stock INTEGER NOT NULL,
            reserved INTEGER NOT NULL, reorder_point INTEGER, unit_cost INTEGER, supplier TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE material_usage (
            id INTEGER PRIMARY KEY, day INTEGER NOT NULL, code TEXT NOT NULL, quantity INTEGER NOT NULL
        );
        CREATE INDEX material_usage_by_code ON material_usage (code, day);
        CREATE TABLE deliveries (
            po TEXT NOT NULL, material TEXT NOT NULL, part INTEGER NOT NULL, supplier TEXT NOT NULL,
            promised_date INTEGER, delivered_date INTEGER, quantity INTEGER NOT NULL, accepted INTEGER,
            PRIMARY KEY (po, material, part)
        ) WITHOUT ROWID;
        CREATE TABLE rates (
            kind TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, unit TEXT NOT NULL,
            PRIMARY KEY (kind, name)
        ) WITHOUT ROWID;
        """
}
