/** The models as Triton's clients ask for them: index, configuration, statistics. */
package io.lynxeye.serving.repository;
