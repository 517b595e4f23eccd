package io.lynxeye.http.page;

import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.observation.SecondStats;
import io.lynxeye.serving.rollout.RolloutStatus;
import io.lynxeye.serving.rollout.watch.DriftStatus;
import java.util.List;

/**
 * A snapshot of the server for display.
 *
 * @param ready whether it can score
 * @param statuses all model versions
 * @param rollouts of the models whose settings ask for them
 * @param seconds the last two minutes, oldest second first
 * @param drifts of the versions that are watched for drift
 */
public record ServerView(
    boolean ready,
    List<ModelStatus> statuses,
    List<RolloutStatus> rollouts,
    List<SecondStats> seconds,
    List<DriftStatus> drifts) {

  public ServerView {
    statuses = List.copyOf(statuses);
    rollouts = List.copyOf(rollouts);
    seconds = List.copyOf(seconds);
    drifts = List.copyOf(drifts);
  }
}
