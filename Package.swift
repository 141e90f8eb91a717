// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "agentd",
    products: [.executable(name: "agentd", targets: ["agentd"])],
    traits: [
        .trait(name: "TCMalloc", description: "Allocates memory with tcmalloc; needs libgoogle-perftools-dev.")
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CTCMalloc", providers: [.apt(["libgoogle-perftools-dev"])]),
        .target(name: "CLinux"),
        .target(
            name: "AgentRuntime",
            dependencies: ["CCurl", "CSQLite", "COpenSSL", "CLinux"],
            swiftSettings: settings
        ),
        .target(name: "Retrieval", dependencies: ["AgentRuntime"], swiftSettings: settings),
        .target(name: "Tools", dependencies: ["AgentRuntime", "Retrieval"], swiftSettings: settings),
        .executableTarget(
            name: "agentd",
            dependencies: [
                "AgentRuntime", "Retrieval", "Tools",
                .target(name: "CTCMalloc", condition: .when(traits: ["TCMalloc"])),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["AgentRuntime"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "AgentRuntimeTests",
            dependencies: ["AgentRuntime", "TestSupport"],
            exclude: ["Journal/Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(name: "RetrievalTests", dependencies: ["Retrieval", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "ToolsTests", dependencies: ["Tools", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "agentdTests",
            dependencies: ["agentd", "TestSupport"],
            exclude: ["Access/Fixtures", "Golden"],
            swiftSettings: settings
        ),
        .testTarget(name: "SimulationTests", dependencies: ["AgentRuntime", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "TidyTests", swiftSettings: settings),
    ]
)
