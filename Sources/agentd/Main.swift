/// The entry point: hands the command line to the command it names.
@main
struct Main {
    static func main() async {}
}
