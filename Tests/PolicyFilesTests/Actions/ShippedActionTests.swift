import Contracts
import JSON
import Testing

/// The shipped actions on Cloud Run and App Runner, with programs of ours in their places that take
/// what gcloud and aws take, and nothing else.
@Suite struct ShippedActionTests {
    private static let run = ["name": "shop", "region": "us-central1", "project": "dreamnet"]
    private static let arn = "arn:aws:apprunner:us-east-1:123456789012:service/shop/0f1e"

    private func stage() throws -> ShippedActionStage {
        try ShippedActionStage([
            "traffic": "shop-00002", "revisions": ["shop-00001", "shop-00002"], "ready": "True",
            "updates": [], "image": "1234.dkr.ecr.us-east-1.amazonaws.com/shop:2",
            "status": "RUNNING", "cpu": "1024", "memory": "2048",
        ])
    }

    @Test func `Cloud Run goes back to a revision, says so, and forward again`() async throws {
        let stage = try stage()
        let said = try await stage.act(
            "cloud-run-rollback", Self.run.merging(["to": "shop-00001"]) { $1 }, id: "a1")
        #expect(said.last?.status == .verified, "\(said)")
        #expect(try stage.state["traffic"] == "shop-00001")
        let event = try #require(stage.events.last)
        #expect(event.type == "rollback_executed")
        #expect(event.fromVersion == "shop-00002" && event.toVersion == "shop-00001")
        #expect(try await stage.undo("a1").last?.status == .undone)
        #expect(try stage.state["traffic"] == "shop-00002")
        let none = try await stage.act(
            "cloud-run-rollback", Self.run.merging(["to": "shop-00009"]) { $1 }, id: "a2")
        #expect(none.last?.status == .failed)
        #expect(none.last?.output == "ERROR: Revision not found.")
        #expect(try stage.state["traffic"] == "shop-00002")
    }

    @Test func `Cloud Run is scaled, and its key goes by input alone`() async throws {
        let stage = try stage()
        let scaled = try await stage.act(
            "cloud-run-scale", Self.run.merging(["min": "1", "max": "3"]) { $1 }, id: "a1")
        #expect(scaled.last?.status == .verified, "\(scaled)")
        let rotated = try await stage.act(
            "cloud-run-rotate-keys",
            Self.run.merging(["secret": "openai", "variable": "OPENAI_API_KEY"]) { $1 }, id: "a2")
        #expect(rotated.last?.status == .verified, "\(rotated)")
        let state = try stage.state
        #expect(
            state["updates"] == [
                ["min-instances": "1", "max-instances": "3"],
                ["update-secrets": "OPENAI_API_KEY=openai:latest"],
            ])
        let key = try #require(state["secret"]?.stringValue)
        #expect(key.utf8.count == 64)
        #expect(!"\(rotated)".contains(key))
        #expect(stage.events.map(\.type) == ["service_scaled", "keys_rotated"])
    }

    @Test func `App Runner takes another image and another size, and its own again`() async throws {
        let stage = try stage()
        let image = "1234.dkr.ecr.us-east-1.amazonaws.com/shop"
        let place = ["arn": Self.arn, "region": "us-east-1"]
        let said = try await stage.act(
            "app-runner-rollback", place.merging(["to": "\(image):1"]) { $1 }, id: "a1")
        #expect(said.last?.status == .verified, "\(said)")
        #expect(try stage.state["image"] == .string("\(image):1"))
        #expect(try await stage.undo("a1").last?.status == .undone)
        #expect(try stage.state["image"] == .string("\(image):2"))
        let scaled = try await stage.act(
            "app-runner-scale", place.merging(["cpu": "2048", "memory": "4096"]) { $1 }, id: "a2")
        #expect(scaled.last?.status == .verified, "\(scaled)")
        #expect(try await stage.undo("a2").last?.status == .undone)
        #expect(try stage.state["cpu"] == "1024" && stage.state["memory"] == "2048")
    }

    @Test func `A tool that is refused, and one that hangs, end with a clear outcome`()
        async throws
    {
        let stage = try stage()
        let arguments = Self.run.merging(["to": "shop-00001"]) { $1 }
        try stage.set("fail", to: "update-traffic")
        let refused = try await stage.act("cloud-run-rollback", arguments, id: "a1")
        #expect(refused.last?.code == .effectFailed && refused.last?.final == true)
        #expect(refused.last?.output == "ERROR: PERMISSION_DENIED")
        try stage.set("fail", to: "nothing")
        try stage.set("hang", to: "describe")
        let hung = try await stage.act("cloud-run-rollback", arguments, id: "a2")
        #expect(hung.last?.code == .timedOut && hung.last?.final == true)
        #expect(try stage.state["traffic"] == "shop-00002")
    }
}
