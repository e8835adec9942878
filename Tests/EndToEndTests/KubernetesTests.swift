import AuditKit
import Contracts
import JSON
import Runtime
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    /// The shipped Kubernetes actions, by `dreamnet`, on a real control plane.
    @Suite struct `On a real Kubernetes` {
        private static let services = """
            services:
              shop:
                rollback: {action: kubernetes-rollback, with: {deployment: web}}
                restart: {action: kubernetes-restart, with: {deployment: web}}
                scale: {action: kubernetes-scale, with: {deployment: web}}
                rotate-keys: {action: kubernetes-rotate-keys, with: {deployment: web, secret: keys, key: API_KEY}}
                breach: {action: kubernetes-breach, with: {deployment: web, secret: keys, key: API_KEY}}
                limited: {action: limited, with: {deployment: web}}
                open-breaker: {action: kubernetes-open-breaker, with: {deployment: web, config: settings}}
                close-breaker: {action: kubernetes-close-breaker, with: {deployment: web, config: settings}}
                failover: {action: kubernetes-database-failover, with: {deployment: web, secret: keys}}
              depot:
                rotate-keys: {action: kubernetes-rotate-keys, with: {deployment: depot, secret: depot, key: API_KEY}}
            """

        /// The same as kubernetes-restart under an account that may nothing.
        private static let limited = """
              limited:
                summary: Restart without rights.
                target: kubernetes/limited
                parameters: {deployment: {type: name}}
                effect:
                  - run: [KUBECTL, rollout, restart, "deployment/${deployment}"]
                    environment: {KUBECONFIG: LIMITED}
                reversible: false
                idempotent: false

            """

        private static func with(_ body: (KubeStage) async throws -> Void) async throws {
            let stack = try Stack(try await TestBroker.shared())
            let home = stack.home
            let cluster = try await KubeCluster(in: home.path + "/kube")
            do {
                let kubectl = try #require(KubeCluster.programs?.kubectl)
                var text = try #require(home.text(of: "config/actions.yaml"))
                text = text.replacing("run: [kubectl,", with: "run: [\(kubectl),")
                    .replacing(
                        "run: [dreamnet,", with: "run: [\(ServiceProcess.program("dreamnet")),"
                    )
                    .replacing("--timeout=50s", with: "--timeout=8s")
                    .replacing(
                        "environment:\n  LC_ALL",
                        with: "environment:\n  KUBECONFIG: \(cluster.kubeconfig)\n  LC_ALL"
                    )
                    .replacing(
                        "passVariables: [PATH, HOME, KUBECONFIG,",
                        with: "passVariables: [PATH, HOME,")
                let end = try #require(text.firstRange(of: "# What `dreamnet rollback checkout`"))
                text =
                    text[..<end.lowerBound]
                    + limited.replacing("KUBECTL", with: kubectl)
                    .replacing("LIMITED", with: home.path + "/limited") + services
                try home.write(String(text), to: "config/actions.yaml")
                try await stack.run { stack in
                    let dreamnet = OperatorProgram(kafka: stack.kafka, home: stack.home.path)
                    try await body(KubeStage(cluster: cluster, stack: stack, dreamnet: dreamnet))
                }
            } catch {
                try await cluster.stop()
                throw error
            }
            try await cluster.stop()
        }

        private static func deploy(_ stage: KubeStage) async throws {
            let cluster = stage.cluster
            _ = try await cluster.text(
                "create", "deployment", "web", "--image=web:1", "--replicas=2")
            try await stage.ready()
            _ = try await cluster.text("set", "image", "deployment/web", "*=web:2")
            try await stage.ready()
            _ = try await cluster.text(
                "create", "secret", "generic", "keys", "--from-literal=API_KEY=old")
            _ = try await cluster.text(
                "create", "configmap", "settings", "--from-literal=CIRCUIT_BREAKER_ENABLED=false")
            _ = try await cluster.text("create", "deployment", "depot", "--image=depot:1")
            _ = try await cluster.text(
                "create", "secret", "generic", "depot", "--from-literal=API_KEY=old")
        }

        @Test(.startsKubernetes, .onApacheKafka, .timeLimit(.minutes(8)))
        func `Every shipped action runs, is verified, and is taken back`() async throws {
            try await Self.with { stage in
                try await Self.deploy(stage)
                try await Self.rollBack(stage)
                try await Self.changeDeployment(stage)
                try await Self.changePods(stage)
                try await Self.changeSecretsAndConfig(stage)
                try await Self.failOver(stage)
                try await Self.lockDown(stage)
                try await Self.contain(stage)
                try await Self.fail(stage)
            }
        }

        private static func rollBack(_ stage: KubeStage) async throws {
            let plan = try await stage.dreamnet.run(["rollback", "shop", "--dry-run"])
            #expect(plan.text.contains("rollout undo deployment/web --namespace=default"))
            #expect(try await stage.image() == "web:2", "a dry run touches nothing")
            let id = try await stage.done("rollback", "shop")
            #expect(try await stage.image() == "web:1")
            let events = try await BusReader.messages(
                stage.stack.kafka, of: .alert, as: ControlEventPayload.self)
            let event = try #require(events.last?.payload)
            #expect(event.type == "rollback_executed" && event.service == "shop")
            #expect(event.fromVersion == "web:2" && event.toVersion == "web:1")
            let shown = try await stage.dreamnet.run(["actions", "show", id])
            #expect(shown.text.contains("fromImage = web:2"), "\(shown.text)")
            try await stage.undo(id)
            #expect(try await stage.image() == "web:2")
            // A rollout whose image is broken.
            _ = try await stage.cluster.text("set", "image", "deployment/web", "*=broken:3")
            let begunMs = SystemClock.monotonicMs()
            try await stage.done("rollback", "shop")
            let tookMs = SystemClock.monotonicMs() - begunMs
            print("a broken rollout rolled back and verified in \(tookMs) ms")
            #expect(try await stage.image() == "web:2")
            #expect(tookMs < 15_000)
        }

        private static func changeDeployment(_ stage: KubeStage) async throws {
            let replicas = ["get", "deployment/web", "--output=jsonpath={.spec.replicas}"]
            let scaled = try await stage.done("scale", "shop", "--replicas", "4")
            #expect(try await stage.cluster.kube(replicas).text == "4")
            try await stage.undo(scaled)
            #expect(try await stage.cluster.kube(replicas).text == "2")
            try await stage.done("restart", "shop")
            try await stage.done(
                "actions", "run", "kubernetes-rollout-status", "--service", "shop", "--set",
                "deployment=web")
            let limits = [
                "get", "deployment/web",
                "--output=jsonpath={.spec.template.spec.containers[0].resources.limits.memory}",
            ]
            let sized = try await stage.done(
                "actions", "run", "kubernetes-set-resources", "--service", "shop", "--set",
                "deployment=web", "--set", "memory=16Gi", "--set", "cpu=8")
            #expect(try await stage.cluster.kube(limits).text == "16Gi")
            try await stage.undo(sized)
            #expect(try await stage.cluster.kube(limits).text == "")
        }

        private static func changePods(_ stage: KubeStage) async throws {
            let stuck = try await stage.pod()
            let deleted = try await stage.done(
                "actions", "run", "kubernetes-delete-pod", "--service", "shop", "--set",
                "pod=\(stuck)")
            #expect(try await stage.cluster.kube(["get", "pod", stuck]).code != 0)
            let shown = try await stage.dreamnet.run(["actions", "show", deleted])
            #expect(shown.text.contains("evidence1 = ") && shown.text.contains(" sha256:"))
            try await stage.ready()
            let pod = try await stage.pod()
            let label = ["get", "pod", pod, "--output=jsonpath={.metadata.labels.app}"]
            let isolated = try await stage.done(
                "actions", "run", "kubernetes-isolate-pod", "--service", "shop", "--set",
                "pod=\(pod)")
            #expect(try await stage.cluster.kube(label).text == "")
            try await stage.undo(isolated)
            try await stage.ready()
        }

        private static func changeSecretsAndConfig(_ stage: KubeStage) async throws {
            let key = ["get", "secret/keys", "--output=jsonpath={.data.API_KEY}"]
            try stage.stack.home.makeFolder("secrets")
            try stage.stack.home.write("opensesame\n", to: "secrets/keys.API_KEY")
            let patched = try await stage.done(
                "actions", "run", "kubernetes-patch-secret", "--service", "shop", "--set",
                "secret=keys", "--set", "key=API_KEY")
            #expect(try await stage.cluster.kube(key).text == "b3BlbnNlc2FtZQ==")
            try await stage.done("rotate-keys", "shop")
            #expect(try await stage.cluster.kube(key).text != "b3BlbnNlc2FtZQ==")
            let records = try await BusReader.records(
                stage.stack.kafka, of: ["nervous.outcome", "nervous.action", "nervous.effect"])
            for record in records {
                let text = String(decoding: record.value ?? [], as: UTF8.self)
                #expect(
                    !text.contains("opensesame") && !text.contains("b3BlbnNlc2FtZQ"), "\(patched)")
            }
            let value = [
                "get", "configmap/settings", "--output=jsonpath={.data.CIRCUIT_BREAKER_ENABLED}",
            ]
            let set = try await stage.done(
                "actions", "run", "kubernetes-set-config", "--service", "shop", "--set",
                "deployment=web", "--set", "config=settings", "--set",
                "key=CIRCUIT_BREAKER_ENABLED", "--set", "value=it's \"on\"; $(reboot)")
            #expect(try await stage.cluster.kube(value).text == "it's \"on\"; $(reboot)")
            try await stage.undo(set)
            #expect(try await stage.cluster.kube(value).text == "false")
        }

        /// The circuit breaker, the database of two people, and the keys of all.
        private static func failOver(_ stage: KubeStage) async throws {
            let value = [
                "get", "configmap/settings", "--output=jsonpath={.data.CIRCUIT_BREAKER_ENABLED}",
            ]
            let opened = try await stage.done("circuit-breaker", "open", "shop")
            #expect(try await stage.cluster.kube(value).text == "true")
            try await stage.undo(opened)
            #expect(try await stage.cluster.kube(value).text == "false")
            try await stage.done("circuit-breaker", "open", "shop")
            try await stage.done("circuit-breaker", "close", "shop")
            #expect(try await stage.cluster.kube(value).text == "false")

            try stage.stack.home.write("postgres://replica/shop\n", to: "secrets/keys.database-url")
            let sent = try await stage.dreamnet.run([
                "failover", "shop", "--as", "alice", "--no-wait", "--id", "fail",
            ])
            #expect(sent.code == 0, "\(sent.text)")
            let approved = try await stage.run("actions", "approve", "fail", author: "bob")
            #expect(approved.code == 0, "\(approved.text)")
            let kafka = stage.stack.kafka
            let final = try await Orders.awaitOutcome(kafka, of: "fail")
            #expect(final.status == .verified, "\(final)")
            let url = ["get", "secret/keys", "--output=jsonpath={.data.database-url}"]
            #expect(
                try await stage.cluster.kube(url).text == "cG9zdGdyZXM6Ly9yZXBsaWNhL3Nob3A=")

            func keys() async throws -> [String] {
                var keys: [String] = []
                for secret in ["keys", "depot"] {
                    keys.append(
                        try await stage.cluster.text(
                            "get", "secret/\(secret)", "--output=jsonpath={.data.API_KEY}"))
                }
                return keys
            }
            let before = try await keys()
            try await stage.done("rotate-keys", "all", "--yes")
            let after = try await keys()
            #expect(Set(before + after).count == 4, "\(before) \(after)")
            let events = try await BusReader.messages(
                kafka, of: .alert, as: ControlEventPayload.self
            ).map(\.payload)
            let rotated = events.filter { $0.type == "keys_rotated" }.map(\.service)
            #expect(Set(rotated) == ["shop", "depot"])
            for type in [
                "circuit_breaker_opened", "circuit_breaker_closed", "database_failed_over",
            ] { #expect(events.contains { $0.type == type }, "\(type)") }
        }

        /// Two people are needed.
        private static func lockDown(_ stage: KubeStage) async throws {
            let sent = try await stage.dreamnet.run([
                "actions", "run", "kubernetes-lockdown", "--service", "shop", "--set", "app=web",
                "--as", "alice", "--no-wait", "--id", "lock",
            ])
            #expect(sent.code == 0, "\(sent.text)")
            let own = try await stage.run("actions", "approve", "lock")
            #expect(own.code == 3, "\(own.text)")
            let policy = ["get", "networkpolicy/dreamnet-lockdown-web", "--output=name"]
            #expect(try await stage.cluster.kube(policy).code != 0)
            let approved = try await stage.run("actions", "approve", "lock", author: "bob")
            #expect(approved.code == 0, "\(approved.text)")
            let kafka = stage.stack.kafka
            try await eventually("it ends", within: .seconds(30)) {
                try await BusReader.messages(kafka, of: .outcome, as: OutcomePayload.self)
                    .contains { $0.payload.commandId == "lock" && $0.payload.final }
            }
            #expect(try await stage.cluster.kube(policy).code == 0)
            try await stage.undo("lock")
            #expect(try await stage.cluster.kube(policy).code != 0)
        }

        /// Seed 003, "Security Breach": one command.
        private static func contain(_ stage: KubeStage) async throws {
            let pod = try await stage.pod()
            let key = ["get", "secret/keys", "--output=jsonpath={.data.API_KEY}"]
            let keyBefore = try await stage.cluster.kube(key).text
            let held = try await stage.dreamnet.run([
                "rate-limit", "reduce", "--service", "shop", "--as", "alice", "--no-wait",
            ])
            #expect(held.code == 0, "\(held.text)")
            try await eventually("a flag that is held") {
                try await stage.dreamnet.run(["flags", "--service", "shop"]).text
                    .contains("rate_limit")
            }
            let id = try await stage.done(
                "breach", "shop", "--set", "pod=\(pod)", "--set", "app=web", "--set",
                "agent=citadel")
            #expect(try await stage.cluster.kube(key).text != keyBefore)
            let policy = ["get", "networkpolicy/dreamnet-lockdown-web", "--output=name"]
            #expect(try await stage.cluster.kube(policy).code == 0)
            let label = ["get", "pod", pod, "--output=jsonpath={.metadata.labels.app}"]
            #expect(try await stage.cluster.kube(label).text == "")
            // What has lost its label is cut off all the same.
            let cutOff = [
                "get", "networkpolicy/dreamnet-breach-web",
                "--output=jsonpath={.spec.podSelector.matchLabels.dreamnet/isolated}",
            ]
            #expect(try await stage.cluster.kube(cutOff).text == "web")
            let isolated = ["get", "pods", "--selector=dreamnet/isolated=web", "--output=name"]
            #expect(try await stage.cluster.kube(isolated).text.contains(pod))
            let shown = try await stage.dreamnet.run(["actions", "show", id])
            let kept = shown.text.matches(of: #/evidence\d = (\S+) sha256:/#).map { String($0.1) }
            #expect(Set(kept).count == 5, "\(shown.text)")
            let flagsBefore = stage.stack.home.text(
                of: String(kept[0].dropFirst(stage.stack.home.path.count + 1)))
            #expect(flagsBefore?.contains("rate_limit") == true, "\(flagsBefore ?? "")")
            let state = stage.stack.home.text(
                of: String(kept[1].dropFirst(stage.stack.home.path.count + 1)))
            #expect(state?.contains("name: \(pod)") == true, "what it was before")
            #expect(state?.contains("app: web") == true)
            let flags = try await stage.dreamnet.run(["flags", "--service", "shop"])
            #expect(flags.text.contains("kill_switch"), "\(flags.text)")
            #expect(flags.text.contains("agent:citadel"), "\(flags.text)")
            // The security contacts are told, and every other service gets new keys.
            let kafka = stage.stack.kafka
            try await eventually("the notification", within: .seconds(20)) {
                try await BusReader.messages(kafka, of: .notification, as: NotificationPayload.self)
                    .contains {
                        $0.payload.contact == "security" && $0.payload.urgency == .page
                            && $0.payload.text.contains("a test")
                    }
            }
            try await eventually("new keys of the depot", within: .seconds(60)) {
                try await BusReader.messages(kafka, of: .outcome, as: OutcomePayload.self)
                    .contains {
                        $0.payload.service == "depot" && $0.payload.status == .verified
                            && $0.payload.reason?.hasPrefix("after \(id)") == true
                    }
            }
        }

        private static func fail(_ stage: KubeStage) async throws {
            // An account without rights.
            _ = try await stage.cluster.text("create", "serviceaccount", "limited")
            let token = try await stage.cluster.text("create", "token", "limited")
            let admin = try #require(stage.stack.home.text(of: "kube/kubeconfig"))
            let limited = stage.stack.home.path + "/limited"
            try stage.stack.home.write(admin, to: "limited")
            for change in [
                ["set-credentials", "limited", "--token=\(token.filter { !$0.isNewline })"],
                ["set-context", "--current", "--user=limited"],
            ] {
                let changed = try await stage.cluster.kube(["config"] + change, kubeconfig: limited)
                #expect(changed.code == 0, "\(changed.text)")
            }
            let refused = try await stage.run("actions", "run", "limited", "--service", "shop")
            #expect(refused.code == 4, "\(refused.text)")
            let kafka = stage.stack.kafka
            let outcomes = try await BusReader.messages(
                kafka, of: .outcome, as: OutcomePayload.self)
            let forbidden = outcomes.map(\.payload).last { $0.target == "kubernetes/limited" }
            #expect(
                forbidden?.output?.contains("Forbidden") == true, "\(String(describing: forbidden))"
            )
            // A rollout that never ends.
            _ = try await stage.cluster.text("set", "image", "deployment/web", "*=broken:9")
            let endless = try await stage.run("restart", "shop")
            #expect(endless.code == 4 && endless.text.contains("unverified"), "\(endless.text)")
            // An API server that is gone.
            try await stage.cluster.stop()
            let gone = try await stage.run("scale", "shop", "--replicas", "3")
            #expect(gone.code == 4 && gone.text.contains("plan step 1"), "\(gone.text)")
        }
    }
}
