import Contracts
import JSON
import Testing

@Suite struct ActionTests {
    private let catalog: ActionCatalog

    init() throws {
        let definition = ActionDefinition(
            name: "act", summary: "", target: try ActionTemplate("x/${service}/${name}"),
            parameters: [
                ActionParameter(name: "name", kind: .name),
                ActionParameter(name: "note", kind: .text, defaultValue: "none"),
                ActionParameter(name: "count", kind: .integer(0...9), defaultValue: "1"),
            ],
            steps: [
                .effect: [
                    ActionStep(
                        .program(
                            .init(arguments: [
                                try ActionTemplate("do"), try ActionTemplate("--note=${note}"),
                                try ActionTemplate("$$5 ${found}"),
                            ])))
                ]
            ], isIdempotent: false)
        catalog = ActionCatalog(
            actions: ["act": definition],
            services: ["shop": ["go": .init(action: "act", arguments: ["name": "web"])]])
    }

    @Test(arguments: [
        ("; rm -rf /", true), ("$(reboot)", true), ("`id`", true), ("a | b > c & d", true),
        ("it's \"quoted\"", true), ("ünïcode", true), ("${name}", true), ("--option", false),
        ("two\nlines", false), ("null\0byte", false), ("bell\u{7}", false), ("", false),
        (String(repeating: "x", count: 1_000_000), false),
    ])
    func `free text goes as one argument as it is, or not at all`(text: String, isTaken: Bool)
        throws
    {
        let given = [NamedValue(name: "note", value: text)]
        guard isTaken else {
            let error = #expect(throws: ActionError.self) {
                try catalog.call("go", service: "shop", arguments: given)
            }
            #expect(error?.code == .parameter)
            #expect((error?.message.utf8.count ?? 0) < 200, "the value is not repeated")
            return
        }
        let call = try catalog.call("go", service: "shop", arguments: given)
        let step = try #require(call.definition.steps[.effect]?.first)
        let work = try step.render {
            call.value($0, id: "c1", captured: [NamedValue(name: "found", value: "v")], secret: nil)
        }
        guard case .program(let program) = work else {
            Issue.record("expected a program")
            return
        }
        #expect(program.arguments == ["do", "--note=\(text)", "$5 v"])
    }

    @Test(arguments: [
        ("name", "Web"), ("name", "a b"), ("name", "a;b"), ("name", "../etc"), ("name", "-a"),
        ("name", "a-"), ("count", "10"), ("count", "01"), ("count", "1.5"), ("count", "-1"),
        ("count", "99999999999999999999"), ("colour", "red"),
    ])
    func `a value out of bounds and a name that is not taken are refused`(
        name: String, value: String
    ) {
        let error = #expect(throws: ActionError.self) {
            try catalog.call(
                "act", service: "other",
                arguments: [NamedValue(name: name, value: value)]
                    + (name == "name" ? [] : [NamedValue(name: "name", value: "web")]))
        }
        #expect(error?.code == .parameter && error?.message.contains(name) == true)
    }

    @Test func `a missing parameter, a repeated one and a fixed one are refused`() {
        func problem(_ service: String, _ given: [(String, String)]) -> String? {
            let error = #expect(throws: ActionError.self) {
                try catalog.call(
                    service == "shop" ? "go" : "act", service: service,
                    arguments: given.map { NamedValue(name: $0, value: $1) })
            }
            return error?.message
        }
        #expect(problem("other", []) == "parameter 'name': missing")
        #expect(problem("other", [("name", "a"), ("name", "b")]) == "a parameter is given twice")
        #expect(problem("shop", [("name", "b")]) == "parameter 'name': shop has fixed it")
    }

    @Test func `a verb that a service has not names those that it has`() {
        let error = #expect(throws: ActionError.self) {
            try catalog.call("stop", service: "shop", arguments: [])
        }
        #expect(error?.message == "no action 'stop' for shop; it has go")
    }

    @Test func `a plan shows what a shell would read as it is, and guesses nothing`() throws {
        let call = try catalog.call(
            "go", service: "shop", arguments: [NamedValue(name: "note", value: "it's")])
        #expect(try call.lines(.effect, id: "c1") == [#"do '--note=it'\''s' '$5 <found>'"#])
        #expect(call.target == "x/shop/web")
        #expect(try call.digest() == call.digest())
    }

    @Test func `filters quote for where a value goes`() throws {
        let template = try ActionTemplate("${a|json} ${a|base64} ${a|url}")
        #expect(try template.render { _ in "é\"\n" } == #"é\"\n w6kiCg== %C3%A9%22%0A"#)
    }
}
