// swift-tools-version: 6.2
// Fuzz targets for every decoder of DreamNet. A package of its own, because an executable whose
// `main` is libFuzzer's links with the sanitizer alone:
//
//     swift build --package-path Fuzz -c release --sanitize=fuzzer     (make fuzz does it)

import PackageDescription

let package = Package(
    name: "Fuzz",
    dependencies: [.package(name: "DreamNet", path: "..")],
    targets: [
        .executableTarget(
            name: "fuzz",
            dependencies: [.product(name: "Decoders", package: "DreamNet")],
            swiftSettings: [
                .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .unsafeFlags(["-parse-as-library"]),
            ])
    ],
    cxxLanguageStandard: .cxx17
)
