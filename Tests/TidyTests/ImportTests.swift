import Testing

/// The layers hold: no module imports what it must not.
@Suite struct ImportTests {
    @Test(arguments: Layers.modules.map(\.folder))
    func `a module imports the layers below it and no others`(folder: String) throws {
        let module = try #require(Layers.modules.first { $0.folder == folder })
        let isReducer = Layers.reducerFolders.contains(folder)
        let allowed = module.imports.union(isReducer ? [] : Layers.system)
        for file in SourceTree.swiftFiles where file.path.hasPrefix("\(folder)/") {
            let wrong = Set(file.imports).subtracting(allowed)
            #expect(wrong.isEmpty, "\(file.path) imports \(wrong.sorted())")
        }
    }

    @Test func `every module is in the table of layers`() {
        for file in SourceTree.swiftFiles {
            guard ["Shared/", "Services/"].contains(where: { file.path.hasPrefix($0) }) else {
                continue
            }
            let isKnown = Layers.modules.contains { file.path.hasPrefix("\($0.folder)/") }
            #expect(isKnown, "\(file.path) is in no module of Tests/TidyTests/Layers.swift")
        }
    }

    @Test func `a C library has one importer`() {
        for file in SourceTree.swiftFiles {
            for library in file.imports {
                guard let importer = Layers.cLibraries[library] else { continue }
                #expect(
                    file.path.hasPrefix("\(importer)/"),
                    "\(file.path) imports \(library), which is for \(importer) alone")
            }
        }
        for library in SourceTree.subfolders("Shared/CLibraries")
        where library != "CSimdjsonSystem" {
            #expect(Layers.cLibraries[library] != nil, "nobody is to import \(library)")
        }
    }

    @Test func `nothing imports Foundation`() {
        for file in SourceTree.swiftFiles {
            let wrong = Layers.refused.intersection(file.imports)
            #expect(wrong.isEmpty, "\(file.path) imports \(wrong.sorted())")
        }
    }
}
