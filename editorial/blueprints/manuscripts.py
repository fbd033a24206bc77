from flask import Blueprint

bp = Blueprint("manuscripts", __name__)
