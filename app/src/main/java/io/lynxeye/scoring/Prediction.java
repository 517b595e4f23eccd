package io.lynxeye.scoring;

/**
 * One class and how likely the model holds it.
 *
 * @param index the class, counted from 0, as the model's output has it
 * @param label its label
 * @param probability the model's score, as it came out of the model
 */
public record Prediction(int index, String label, float probability) {}
