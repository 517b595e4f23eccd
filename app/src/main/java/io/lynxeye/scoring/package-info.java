/** The request path: admission, model, decode, batch, answer. Every protocol goes through it. */
package io.lynxeye.scoring;
