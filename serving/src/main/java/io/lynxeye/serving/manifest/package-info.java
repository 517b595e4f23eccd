/** What {@code serving.properties} says about a model, parsed and checked. */
package io.lynxeye.serving.manifest;
