// swift-tools-version: 6.2
//  Package.swift - which module stands on which. docs/architecture.md gives each its one sentence.

import PackageDescription

/// Every feature that Swift 7 will switch on, and the C border spelled `unsafe`.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let c: [CSetting] = [.treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra")]

let server: TargetDependencyCondition? = .when(traits: ["Server"])

let package = Package(
  name: "ssoscript",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "ssoscript", targets: ["CLI"]),
    .executable(name: "ssoscript-serve", targets: ["Serve"]),
    .executable(name: "ssoscript-test", targets: ["Scenarios"]),
    .library(name: "SSOOIDC", targets: ["SSOOIDC", "CurlTransport"]),
    .library(name: "SSOScript", targets: ["SSOScript", "LiveWorld"]),
  ],
  traits: [
    .trait(name: "Server", description: "The local identity service, `ssoscript serve`."),
    .default(enabledTraits: ["Server"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.1"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CLua54", pkgConfig: "lua5.4",
      providers: [.apt(["liblua5.4-dev"]), .brew(["lua@5.4"])]),
    .target(name: "CLua", dependencies: ["CLua54"], cSettings: c),
    .target(name: "CCurl", cSettings: c),
    .target(name: "CSQLite", cSettings: c),

    .target(name: "Platform", swiftSettings: strict),
    .target(name: "StrictJSON", swiftSettings: strict),
    .target(
      name: "EventLoop",
      dependencies: ["Platform", .product(name: "HeapModule", package: "swift-collections")],
      swiftSettings: strict),
    .target(name: "LuaEngine", dependencies: ["CLua"], swiftSettings: strict),
    .target(
      name: "SSOOIDC",
      dependencies: ["StrictJSON", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(
      name: "CurlTransport", dependencies: ["CCurl", "EventLoop", "Platform", "SSOOIDC"],
      swiftSettings: strict),
    .target(
      name: "SSOScript",
      dependencies: [
        "EventLoop", "LuaEngine", "SSOOIDC", "StrictJSON",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "DequeModule", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(
      name: "LiveWorld",
      dependencies: [
        "CSQLite", "CurlTransport", "EventLoop", "LuaEngine", "Platform", "SSOOIDC", "SSOScript",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "CLI",
      dependencies: [
        "EventLoop", "LiveWorld", "LuaEngine", "SSOOIDC", "SSOScript",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      resources: [.embedInCode("Flows")], swiftSettings: strict),

    .target(
      name: "IdentityService",
      dependencies: ["StrictJSON", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(
      name: "IdentityServer",
      dependencies: [
        "IdentityService", "Platform", "StrictJSON",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift", condition: server),
        .product(name: "HTTPTypes", package: "swift-http-types", condition: server),
        .product(name: "HummingbirdCore", package: "hummingbird", condition: server),
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "Mustache", package: "swift-mustache", condition: server),
        .product(name: "NIOCore", package: "swift-nio", condition: server),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: server),
        .product(name: "NIOPosix", package: "swift-nio", condition: server),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: server),
        .product(
          name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: server),
        .product(name: "SwiftASN1", package: "swift-asn1", condition: server),
        .product(name: "UnixSignals", package: "swift-service-lifecycle", condition: server),
        .product(name: "X509", package: "swift-certificates", condition: server),
        .product(name: "Yams", package: "Yams", condition: server),
      ],
      resources: [.embedInCode("Pages/Templates")], swiftSettings: strict),
    .target(
      name: "SSOScenario",
      dependencies: [
        "EventLoop", "IdentityService", "LuaEngine", "SSOOIDC", "SSOScript", "StrictJSON",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Serve",
      dependencies: [
        "EventLoop", "IdentityServer", "IdentityService", "Platform", "SSOScenario", "SSOScript",
        "StrictJSON", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "Scenarios",
      dependencies: [
        "CurlTransport", "EventLoop", "IdentityServer", "IdentityService", "LiveWorld", "SSOOIDC",
        "SSOScenario", "SSOScript",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "BareRoute",
      dependencies: [
        "Platform",
        .product(name: "HTTPTypes", package: "swift-http-types", condition: server),
        .product(name: "HummingbirdCore", package: "hummingbird", condition: server),
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "NIOCore", package: "swift-nio", condition: server),
        .product(name: "NIOPosix", package: "swift-nio", condition: server),
      ], path: "Benchmarks/BareRoute", swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["EventLoop", "Platform"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"], swiftSettings: strict),
    .testTarget(
      name: "EventLoopTests", dependencies: ["EventLoop", "Platform", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LuaEngineTests", dependencies: ["LuaEngine", "CLua"], swiftSettings: strict),
    .testTarget(
      name: "SSOOIDCTests", dependencies: ["SSOOIDC", "StrictJSON"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "CurlTransportTests",
      dependencies: ["CurlTransport", "EventLoop", "Platform", "SSOOIDC", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "IdentityServiceTests", dependencies: ["IdentityService", "StrictJSON"],
      swiftSettings: strict),
    .testTarget(
      name: "IdentityServerTests",
      dependencies: [
        "CurlTransport", "EventLoop", "IdentityServer", "IdentityService", "Platform", "SSOOIDC",
        "StrictJSON",
        .product(name: "GRDB", package: "GRDB.swift", condition: server),
        .product(name: "HummingbirdCore", package: "hummingbird", condition: server),
        .product(name: "Logging", package: "swift-log", condition: server),
        .product(name: "NIOCore", package: "swift-nio", condition: server),
        .product(name: "NIOEmbedded", package: "swift-nio", condition: server),
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SSOScenarioTests",
      dependencies: [
        "EventLoop", "IdentityService", "LuaEngine", "SSOOIDC", "SSOScenario", "SSOScript",
        "StrictJSON", "TestSupport",
      ], swiftSettings: strict),
    .testTarget(
      name: "SSOScriptTests",
      dependencies: ["EventLoop", "LuaEngine", "SSOOIDC", "SSOScript", "StrictJSON"],
      swiftSettings: strict),
    .testTarget(
      name: "LiveWorldTests",
      dependencies: ["EventLoop", "LiveWorld", "Platform", "SSOOIDC", "SSOScript", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "CLI", "EventLoop", "Platform", "Scenarios", "Serve", "StrictJSON", "TestSupport",
      ],
      exclude: ["Attacks", "Cases", "README.md"], swiftSettings: strict),
    .testTarget(
      name: "OutsiderTests",
      dependencies: ["CLI", "EventLoop", "Serve", "StrictJSON", "TestSupport"],
      exclude: ["Clients"], swiftSettings: strict),
  ]
)
