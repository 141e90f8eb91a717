package import AgentRuntime

extension DemoArticles {
    /// Articles of a shop.
    static let shop = [
        DemoArticle(
            "shipping-and-delivery.md",
            """
            ---
            title: Shipping and Delivery
            category: Customers
            tags: [shipping, delivery]
            ---
            # Shipping and Delivery

            ## Domestic orders

            Orders placed before noon leave the same day. Standard delivery takes 3 working days and costs $4.90; it is \
            free from $60.

            ## Orders abroad

            Delivery abroad takes 7 to 12 working days. Customs duties are paid by the customer.
            """
        ),
        DemoArticle(
            "gift-wrapping.md",
            """
            ---
            title: Gift Wrapping
            category: Customers
            tags: [gifts, packaging]
            ---
            # Gift Wrapping

            Any order can be gift wrapped for $3.50 a parcel. A card of up to 200 characters is written by hand.

            ## Season

            From November 15 to December 23 wrapped orders need one more day.
            """
        ),
        DemoArticle(
            "wholesale-terms.md",
            """
            ---
            title: Wholesale Terms
            category: Sales
            tags: [wholesale, discount]
            ---
            # Wholesale Terms

            Shops that resell get 35 % off the list price from an order of $250 on.

            ## Payment

            The first order is paid in advance, later ones within 30 days.
            """
        ),
        DemoArticle(
            "product-care.md",
            """
            ---
            title: Product Care
            category: Customers
            tags: [ceramics, candles]
            ---
            # Product Care

            Stoneware may go into the dishwasher and the microwave. Candles burn evenly when the wick is cut to half a \
            centimetre before each use.
            """
        ),
    ]

    /// Articles of a machine shop.
    static let machining = [
        DemoArticle(
            "lead-times.md",
            """
            ---
            title: Lead Times
            category: Orders
            tags: [orders, delivery]
            ---
            # Lead Times

            Standard parts take 15 to 20 working days from the confirmed drawing. Prototypes take 5 to 8.

            ## Express

            Express orders are made within 5 working days for a surcharge of 25 %, when a machine is free.
            """
        ),
        DemoArticle(
            "tolerances-and-finishes.md",
            """
            ---
            title: Tolerances and Surface Finishes
            category: Engineering
            tags: [tolerance, finish]
            ---
            # Tolerances and Surface Finishes

            Without a note on the drawing, ISO 2768-m applies. We hold ±0.005 mm on turned and ±0.01 mm on milled faces.

            ## Finishes

            The usual finish is Ra 1.6. Ra 0.8 and better is ground or polished and costs extra.
            """
        ),
        DemoArticle(
            "changing-an-order.md",
            """
            ---
            title: Changing or Cancelling an Order
            category: Orders
            tags: [orders, cancellation]
            ---
            # Changing or Cancelling an Order

            An order can be changed without cost until it is in production. After that, work done and material cut are \
            charged.

            ## Cancelling

            A cancelled order is refunded less the cost of what has been made.
            """
        ),
        DemoArticle(
            "complaints-and-rework.md",
            """
            ---
            title: Complaints and Rework
            category: Quality
            tags: [quality, complaint]
            ---
            # Complaints and Rework

            Tell us of a defect within 14 days of delivery, with photographs and the order number. Faulty parts are made \
            again or credited within 10 working days.
            """
        ),
        DemoArticle(
            "material-certificates.md",
            """
            ---
            title: Material Certificates
            category: Quality
            tags: [certificate, material]
            ---
            # Material Certificates

            Each delivery can come with a certificate 3.1 to EN 10204. Ask for it with the order; later copies cost $25.
            """
        ),
        DemoArticle(
            "requesting-a-quotation.md",
            """
            ---
            title: Requesting a Quotation
            category: Sales
            tags: [quotation, drawing]
            ---
            # Requesting a Quotation

            Send a drawing (PDF) and a model (STEP), the material, the quantity and the date you need. We answer within \
            2 working days.

            ## What the price is made of

            Material, machining hours, labour, overhead and a margin. A quotation holds for 30 days.
            """
        ),
    ]

    /// The 25 articles of a demo company.
    ///
    /// - Throws: `ArticleFault`, which a test rules out.
    package static func library(of tenant: TenantID) throws(ArticleFault) -> [Article] {
        let own: [DemoArticle]
        switch tenant {
        case SMBCompany.tenant: own = shop
        case CNCCompany.tenant: own = machining
        default: return try finance()
        }
        return try articles(own + financeFiles.prefix(25 - own.count))
    }
}
