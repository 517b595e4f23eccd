"""The plain way to serve a SavedModel from Python, as a yardstick for ./lynxeye bench compare.

A threaded Flask server around one TensorFlow session with its default settings, behind a Bearer key.
The model takes JPEG bytes: ./lynxeye import resnet50 --input jpeg --name resnet50-jpeg

    pip install flask tensorflow-cpu
    python server.py model-store/resnet50-jpeg/1 5001
"""

import logging
import sys

import numpy
import tensorflow
from flask import Flask, jsonify, request

KEY = "benchmark"
TOP = 5

folder, port = sys.argv[1], int(sys.argv[2])
session = tensorflow.compat.v1.Session(graph=tensorflow.Graph())
with session.graph.as_default():
    model = tensorflow.compat.v1.saved_model.loader.load(session, ["serve"], folder)
signature = model.signature_def["serving_default"]
image = next(iter(signature.inputs.values())).name
probabilities = signature.outputs["probabilities"].name
with open(folder + "/synset.txt", encoding="utf-8") as lines:
    labels = [line.strip() for line in lines]

logging.getLogger("werkzeug").setLevel(logging.ERROR)
app = Flask(__name__)


@app.post("/score")
def score():
    if request.headers.get("Authorization") != "Bearer " + KEY:
        return jsonify(error="send the key"), 401
    scores = session.run(probabilities, {image: [request.get_data()]})[0]
    best = numpy.argsort(scores)[::-1][:TOP]
    return jsonify([{"label": labels[i], "probability": float(scores[i])} for i in best])


with open(sys.argv[3] if len(sys.argv) > 3 else "samples/lynx.jpg", "rb") as sample:
    session.run(probabilities, {image: [sample.read()]})
app.run("127.0.0.1", port, threaded=True)
