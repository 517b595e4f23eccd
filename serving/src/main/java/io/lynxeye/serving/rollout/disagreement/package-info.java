/** The inputs on which two versions of a model disagree most. */
package io.lynxeye.serving.rollout.disagreement;
