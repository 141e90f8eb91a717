internal import Foundation

/// Numbers as Foundation writes them in a locale, from which `FigureFormat` learns the locale's signs.
struct FigureSamples {
    let isEnglish: Bool
    /// 12345678.5 as an amount, a number and a percentage.
    let money: String
    let number: String
    let percent: String
    /// 1234 without decimals, which some locales do not group.
    let smallNumber: String

    init(locale identifier: String, currency: String) {
        var components = Locale.Components(identifier: identifier)
        components.numberingSystem = Locale.NumberingSystem("latn")
        let locale = Locale(components: components)
        isEnglish = locale.language.languageCode == .english
        let style = FloatingPointFormatStyle<Double>.Currency(code: currency, locale: locale)
        money = style.format(12_345_678.5)
        let plain = FloatingPointFormatStyle<Double>(locale: locale)
        number = plain.precision(.fractionLength(1)).format(12_345_678.5)
        percent = FloatingPointFormatStyle<Double>.Percent(locale: locale).precision(.fractionLength(1))
            .format(123_456.785)
        smallNumber = plain.precision(.fractionLength(0)).format(1234)
    }
}
