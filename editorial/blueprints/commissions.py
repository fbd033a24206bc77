from flask import Blueprint

bp = Blueprint("commissions", __name__)
