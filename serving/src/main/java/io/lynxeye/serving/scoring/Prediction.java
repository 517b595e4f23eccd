package io.lynxeye.serving.scoring;

/**
 * A class and its score.
 *
 * @param index the index of the class in the model's output, from 0
 * @param label the label of the class
 * @param probability the model's score, unchanged
 */
public record Prediction(int index, String label, float probability) {}
