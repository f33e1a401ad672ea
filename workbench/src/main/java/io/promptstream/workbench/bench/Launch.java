package io.promptstream.workbench.bench;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ChildProcess;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Parameters of one run of a contestant.
 *
 * @param id its {@code application.id} or consumer group, new for each run
 * @param contestant settings and encoder of this run
 * @param plan what all runs have in common
 * @param input topic that the plan's events are sent to
 * @param heapMib maximum heap of its process, in MiB
 */
record Launch(String id, Contestant contestant, BenchPlan plan, String input, int heapMib) {
  /** Returns the topics: the input, and others named after the id. */
  TopicNames topics() {
    return new TopicNames(
        hasActions() ? id + "-input" : input,
        id + "-sparse",
        id + "-dense",
        id + "-errors",
        id + "-models",
        hasActions() ? input : id + "-actions");
  }

  /** Returns whether the application makes prompts of actions. */
  boolean hasActions() {
    return plan.workload().hasActions() && !(contestant.program() instanceof Peer);
  }

  /** Returns the topic that Kafka Streams creates for the states of sessions. */
  String sessionsChangelog() {
    return id + "-" + PromptStreamConfig.SESSIONS_STORE + "-changelog";
  }

  /** Starts the process without waiting until it runs. */
  ChildProcess start(Services services) throws IOException, InterruptedException {
    return contestant.program() instanceof Peer peer
        ? peer.start(this, services)
        : application(services);
  }

  private ChildJvm application(Services services) throws IOException {
    Map<String, String> settings = services.settings(id);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "" + plan.stream().threads());
    settings.put(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG, plan.stream().guarantee().toString());
    settings.put(PromptStreamConfig.INPUT_TOPIC, topics().input());
    settings.put(PromptStreamConfig.ACTIONS_TOPIC, topics().actions());
    settings.put(PromptStreamConfig.SESSIONS, Boolean.toString(hasActions()));
    settings.put(PromptStreamConfig.DENSE_FORMAT, plan.workload().denseFormat().name());
    settings.putAll(contestant.settings());
    ChildJvm.Launch process = services
        .application(id, BenchApplication.class, settings, contestant.program().toString())
        .withHeapMib(heapMib);
    List<String> options = new ArrayList<>(process.options());
    options.addAll(contestant.javaOptions());
    return ChildJvm.start(process.withOptions(options));
  }
}
