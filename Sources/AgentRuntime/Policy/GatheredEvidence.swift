/// Evidence that is gathered when the first figure is to be judged; a text without figures needs none.
package final class GatheredEvidence: Sendable {
    private let gather: @Sendable () -> FigureEvidence
    private let gathered = Guarded<FigureEvidence?>(nil)

    /// `gather` gives the evidence settled; it runs once, on the thread that asks first.
    package init(_ gather: @escaping @Sendable () -> FigureEvidence) { self.gather = gather }

    package func grounds(_ figure: WrittenFigure) -> Bool {
        gathered.with { gathered in
            let evidence = gathered ?? gather()
            gathered = evidence
            return evidence.grounds(figure)
        }
    }
}
