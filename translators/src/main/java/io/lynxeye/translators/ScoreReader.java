package io.lynxeye.translators;

import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.TranslateException;
import io.lynxeye.translators.postprocess.Postprocessing;
import io.lynxeye.translators.postprocess.Softmax;
import io.lynxeye.translators.postprocess.TopK;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Converts a model's output to classifications. */
final class ScoreReader {

  private final Postprocessing postprocessing;
  private volatile List<String> labels;

  public ScoreReader(Postprocessing postprocessing) {
    this.postprocessing = postprocessing;
    this.labels = postprocessing.labels();
  }

  public void loadLabels(Model model) throws TranslateException {
    if (!labels.isEmpty()) {
      return;
    }
    String file = postprocessing.labelFile();
    try {
      labels = model.getArtifact(file, ScoreReader::lines);
    } catch (IOException e) {
      throw new TranslateException(
          "The labels cannot be read: put " + file + " next to the model, one name per line", e);
    }
    if (labels.isEmpty()) {
      throw new TranslateException(file + " holds no labels: write one name per line");
    }
  }

  private static List<String> lines(InputStream file) {
    Stream<String> lines =
        new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8)).lines();
    return lines.map(String::strip).toList();
  }

  /** The output that holds the scores. */
  public NDArray choose(NDList outputs) throws TranslateException {
    if (outputs.size() == 1) {
      return outputs.get(0);
    }
    NDArray chosen = outputs.get(postprocessing.output());
    if (chosen == null) {
      throw new TranslateException(
          "The model has no output '%s' but %s: set the argument 'output' to one of them"
              .formatted(postprocessing.output(), outputs.stream().map(NDArray::getName).toList()));
    }
    return chosen;
  }

  /** One classification per row. */
  public List<Classifications> read(NDList outputs, int rows) throws TranslateException {
    NDArray array = choose(outputs);
    if (array.getDataType() != DataType.FLOAT32) {
      throw new TranslateException(
          "The model's scores are " + array.getDataType() + "; only FLOAT32 is supported");
    }
    int classes = labels.size();
    float[] scores = array.toFloatArray();
    if (scores.length != (long) rows * classes) {
      throw new TranslateException(
          "The model's scores have the shape %s but there are %s labels: one label per class is needed"
              .formatted(array.getShape(), classes));
    }
    List<Classifications> result = new ArrayList<>(rows);
    for (int offset = 0; offset < scores.length; offset += classes) {
      result.add(classify(scores, offset));
    }
    return result;
  }

  private Classifications classify(float[] scores, int offset) {
    if (postprocessing.applySoftmax()) {
      Softmax.inPlace(scores, offset, labels.size());
    }
    int[] best = TopK.indices(scores, offset, labels.size(), postprocessing.topK());
    List<String> names = new ArrayList<>(best.length);
    List<Double> probabilities = new ArrayList<>(best.length);
    for (int index : best) {
      names.add(labels.get(index));
      probabilities.add((double) scores[offset + index]);
    }
    Classifications classifications = new Classifications(names, probabilities);
    classifications.setTopK(best.length);
    return classifications;
  }
}
