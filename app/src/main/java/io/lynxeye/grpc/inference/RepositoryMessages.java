package io.lynxeye.grpc.inference;

import io.lynxeye.protocols.inference.DataType;
import io.lynxeye.protocols.inference.InferBatchStatistics;
import io.lynxeye.protocols.inference.InferStatistics;
import io.lynxeye.protocols.inference.ModelConfig;
import io.lynxeye.protocols.inference.ModelDynamicBatching;
import io.lynxeye.protocols.inference.ModelInput;
import io.lynxeye.protocols.inference.ModelInstanceGroup;
import io.lynxeye.protocols.inference.ModelOutput;
import io.lynxeye.protocols.inference.ModelStatistics;
import io.lynxeye.protocols.inference.ModelTensorReshape;
import io.lynxeye.protocols.inference.ModelVersionPolicy;
import io.lynxeye.protocols.inference.RepositoryIndexResponse.ModelIndex;
import io.lynxeye.protocols.inference.StatisticDuration;
import io.lynxeye.serving.observation.ModelTotals;
import io.lynxeye.serving.observation.ModelTotals.Stages;
import io.lynxeye.serving.repository.ModelConfiguration;
import io.lynxeye.serving.repository.ModelIndexRow;
import io.lynxeye.serving.repository.ModelRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Triton's messages on configuration, statistics and index. */
final class RepositoryMessages {

  private RepositoryMessages() {}

  static ModelIndex of(ModelIndexRow row) {
    return ModelIndex.newBuilder()
        .setName(row.name())
        .setVersion(row.version())
        .setState(row.state())
        .setReason(row.reason())
        .build();
  }

  static ModelConfig of(ModelConfiguration model) {
    ModelConfig.Builder config =
        ModelConfig.newBuilder()
            .setName(model.name())
            .setPlatform(model.platform())
            .setBackend(model.backend())
            .setVersionPolicy(
                ModelVersionPolicy.newBuilder()
                    .setSpecific(
                        ModelVersionPolicy.Specific.newBuilder().addAllVersions(model.versions())))
            .setMaxBatchSize(model.maxBatchSize());
    model.inputs().forEach(input -> config.addInput(input(input)));
    model.outputs().forEach(output -> config.addOutput(output(output)));
    ModelInstanceGroup.Builder instances =
        ModelInstanceGroup.newBuilder()
            .setName(model.name())
            .setCount(model.instances())
            .setKind(
                model.gpu().isPresent()
                    ? ModelInstanceGroup.Kind.KIND_GPU
                    : ModelInstanceGroup.Kind.KIND_CPU);
    model.gpu().ifPresent(instances::addGpus);
    config.addInstanceGroup(instances);
    if (model.maxBatchSize() > 0) {
      config.setDynamicBatching(
          ModelDynamicBatching.newBuilder()
              .setMaxQueueDelayMicroseconds(
                  TimeUnit.NANOSECONDS.toMicros(model.maxDelay().toNanos())));
    }
    return config.build();
  }

  private static ModelInput input(ModelConfiguration.Tensor tensor) {
    ModelInput.Builder input =
        ModelInput.newBuilder()
            .setName(tensor.name())
            .setDataType(DataType.valueOf(tensor.type()))
            .setFormat(ModelInput.Format.valueOf(tensor.format()))
            .addAllDims(tensor.dims());
    return tensor.isReshaped()
        ? input.setReshape(ModelTensorReshape.getDefaultInstance()).build()
        : input.build();
  }

  private static ModelOutput output(ModelConfiguration.Tensor tensor) {
    ModelOutput.Builder output =
        ModelOutput.newBuilder()
            .setName(tensor.name())
            .setDataType(DataType.valueOf(tensor.type()))
            .addAllDims(tensor.dims());
    return tensor.isReshaped()
        ? output.setReshape(ModelTensorReshape.getDefaultInstance()).build()
        : output.build();
  }

  static ModelStatistics of(ModelRepository.Statistics model) {
    ModelTotals totals = model.totals();
    ModelStatistics.Builder statistics =
        ModelStatistics.newBuilder()
            .setName(model.id().name())
            .setVersion(String.valueOf(model.id().version()))
            .setLastInference(totals.last().map(Instant::toEpochMilli).orElse(0L))
            .setInferenceCount(totals.images())
            .setExecutionCount(totals.calls())
            .setInferenceStats(times(totals));
    totals
        .batches()
        .forEach(
            (size, sum) ->
                statistics.addBatchStats(
                    InferBatchStatistics.newBuilder()
                        .setBatchSize(size)
                        .setComputeInput(duration(sum.wholeCalls(), sum.stages().decode()))
                        .setComputeInfer(duration(sum.wholeCalls(), sum.stages().engine()))
                        .setComputeOutput(duration(sum.wholeCalls(), sum.stages().response()))));
    return statistics.build();
  }

  private static InferStatistics times(ModelTotals totals) {
    long succeeded = totals.succeeded().count();
    Stages stages = totals.stages();
    return InferStatistics.newBuilder()
        .setSuccess(duration(succeeded, totals.succeeded().time()))
        .setFail(duration(totals.failed().count(), totals.failed().time()))
        .setQueue(duration(succeeded, stages.queue()))
        .setComputeInput(duration(succeeded, stages.decode()))
        .setComputeInfer(duration(succeeded, stages.engine()))
        .setComputeOutput(duration(succeeded, stages.response()))
        .build();
  }

  private static StatisticDuration duration(long count, Duration sum) {
    return StatisticDuration.newBuilder().setCount(count).setNs(sum.toNanos()).build();
  }
}
