package io.promptstream.workbench.faults;

import static org.awaitility.Awaitility.await;

import io.promptstream.application.cli.CommandFailedException;
import io.promptstream.workbench.faults.FaultyApplication.Failure;
import io.promptstream.workbench.guarantee.Flow;
import io.promptstream.workbench.process.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;

/** A fault that a run injects into the application or its dependencies. */
enum Fault {
  /** One or more instances, up to all, are killed at once. */
  KILL("kill -9 of 1 to 3 instances", 8) {
    @Override
    void strike(FaultTargets scene, Flow flow) {
      int victims = 1 + scene.random().nextInt(FaultPlan.INSTANCES);
      scene.fleet().pick(victims, scene.random()).forEach(scene::kill);
    }
  },
  /** An instance is killed while it processes events; with exactly-once, in a transaction. */
  KILL_AT_WORK("kill -9 within a call of the encoder", 3) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      ChildJvm victim = scene.anyInstance();
      while (!makeHang(victim)) {
        victim = scene.anyInstance();
      }
      scene.killHanging(victim);
    }
  },
  /** An instance gets SIGTERM, as from an orchestrator. */
  TERMINATE("SIGTERM of an instance", 1) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      scene.anyInstance().terminate(TIMEOUT);
    }
  },
  /** An instance is suspended until its peers have taken over its work, and then resumed. */
  SUSPEND("SIGSTOP beyond the session timeout, then SIGCONT", 1) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      ChildJvm zombie = scene.anyInstance();
      zombie.signal("STOP");
      try {
        TimeUnit.MILLISECONDS.sleep(2 * Long.parseLong(Environment.SESSION_TIMEOUT_MILLIS));
      } finally {
        zombie.signal("CONT");
      }
    }
  },
  /** An additional instance joins, works, and leaves. */
  JOIN_AND_LEAVE("an instance joins, and leaves", 1) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      ChildJvm guest = scene.fleet().add();
      guest.awaitLine(TIMEOUT);
      scene.pause(Duration.ofSeconds(3));
      scene.fleet().remove(guest);
    }
  },
  /** A stream thread dies of an unexpected error. */
  STREAM_THREAD_DIES("a stream thread dies of an error", 1) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      failCall(scene, Failure.ERROR);
    }
  },
  /** The device fails. */
  ENGINE_FAILS("the engine throws an exception", 1) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      failCall(scene, Failure.ENGINE_EXCEPTION);
    }
  },
  /** The encoder runs out of memory. */
  OUT_OF_MEMORY("the encoder runs out of memory", 1) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      failCall(scene, Failure.OUT_OF_MEMORY);
    }
  },
  /** The broker is killed and restarted. */
  BROKER_KILLED("kill -9 of the broker, and its restart", 1) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      scene.services().broker().kill();
      scene.pause(Duration.ofSeconds(3));
      scene.services().restartBroker();
    }
  },
  /** The broker is restarted cleanly. */
  BROKER_RESTARTED("a restart of the broker", 1) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      scene.services().broker().close();
      scene.services().restartBroker();
    }
  },
  /** The registry refuses connections: running instances continue, a starting one waits. */
  REGISTRY_DOWN("the registry is down", 1) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      scene.registry().shut();
      ChildJvm guest = scene.fleet().add();
      try {
        if (flow.await(TIMEOUT).isEmpty()) {
          throw new CommandFailedException(
              "Running instances made no progress within %d s without the registry"
                  .formatted(TIMEOUT.toSeconds()));
        }
        scene.pause(Duration.ofSeconds(5));
      } finally {
        scene.registry().open();
      }
      guest.awaitLine(TIMEOUT);
      scene.fleet().remove(guest);
    }
  },
  /** An instance loses its state directory and is killed shortly after. */
  STATE_DIRECTORY_GONE("the state directory is deleted", 1) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      ChildJvm victim = scene.anyInstance();
      try {
        Path state = scene.services().directory().resolve(victim.name());
        Utils.delete(state.toFile());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      scene.pause(Duration.ofSeconds(2));
      scene.kill(victim);
    }
  },
  /** The timestamps of events jump. */
  CLOCK_JUMPS("record timestamps jump", 1) {
    @Override
    void strike(FaultTargets scene, Flow flow) {
      List<Duration> offsets = List.of(
          Duration.ZERO,
          Duration.ofDays(-3_650),
          Duration.ofHours(-1),
          Duration.ofMinutes(50),
          Duration.ofDays(400),
          // Before 1970: the load clamps it to 0.
          Duration.ofDays(-36_500));
      scene.trial().load().jumpClock(offsets.get(scene.random().nextInt(offsets.size())));
    }
  },
  /** All instances are replaced, one after the other; not part of a random run. */
  UPGRADE("a rolling upgrade", 0) {
    @Override
    void strike(FaultTargets scene, Flow flow) throws InterruptedException {
      for (ChildJvm instance : scene.fleet().pick(FaultPlan.INSTANCES, scene.random())) {
        Process old = instance.process();
        instance.terminate(TIMEOUT);
        // The supervisor starts the new one.
        await().atMost(TIMEOUT).until(() -> instance.process() != old);
        instance.awaitLine(TIMEOUT);
        if (scene.watchFlow().await(TIMEOUT).isEmpty()) {
          throw instance.failed("was replaced, and a partition has no output");
        }
      }
    }
  };

  /** Long enough for a machine that is ten times slower than usual. */
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final String title;
  private final int share;

  Fault(String title, int share) {
    this.title = title;
    this.share = share;
  }

  /** Injects the fault, ends it, and returns before the application has recovered. */
  abstract void strike(FaultTargets scene, Flow flow) throws InterruptedException;

  /** Returns all faults in random order, each as often as its share. */
  static List<Fault> shuffled(Random random) {
    List<Fault> all = new ArrayList<>();
    for (Fault fault : values()) {
      all.addAll(Collections.nCopies(fault.share, fault));
    }
    Collections.shuffle(all, random);
    return all;
  }

  /** Returns a description for people. */
  @Override
  public String toString() {
    return title;
  }

  /** Makes an instance hang in a call; returns false if it ended for another reason. */
  private static boolean makeHang(ChildJvm victim) throws InterruptedException {
    Process process = victim.process();
    victim.tell(Failure.HANG.name());
    try {
      victim.awaitLine(FaultyApplication.HANGING, TIMEOUT);
      return true;
    } catch (CommandFailedException e) {
      if (process.isAlive()) {
        throw e;
      }
      return false;
    }
  }

  private static void failCall(FaultTargets scene, Failure failure) throws InterruptedException {
    ChildJvm victim = scene.anyInstance();
    Process process = victim.process();
    victim.tell(failure.name());
    if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
      throw victim.failed(
          "was still alive %d s after its encoder was told to fail".formatted(TIMEOUT.toSeconds()));
    }
  }
}
