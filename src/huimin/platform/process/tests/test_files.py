"""BPMN files that come and go: drawn by other modellers, and written out for them."""

from dataclasses import replace
from pathlib import Path

import pytest
import SpiffWorkflow
from hypothesis import given, settings
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser

from huimin.platform.process import ports
from huimin.platform.process.rules import refused
from huimin.platform.process.rules.bpmn import compiled
from huimin.platform.process.rules.elements import OUR_ATTRIBUTES, READERS
from huimin.platform.process.rules.export import exported, layout
from huimin.platform.process.rules.graph import Graph, Limit, LimitUnit, NodeKind
from huimin.platform.process.tests.factories import Drawing, bpmn, side_by_side, two_steps
from huimin.platform.process.tests.test_against_spiff import CALLED, Builder, blocks

pytestmark = pytest.mark.unit
SCHEMA = Path(SpiffWorkflow.__file__).parent / "bpmn/parser/schema/BPMN20.xsd"
"""OMG's own schema of BPMN 2.0 (formal/2011-01-03), as SpiffWorkflow carries it."""


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


CAMUNDA = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn"
    exporter="Camunda Modeler" exporterVersion="5.20.0">
  <bpmn:collaboration id="Collaboration_1">
    <bpmn:participant id="Participant_1" name="City" processRef="Process_1"/>
    <bpmn:participant id="Participant_2" name="Applicant"/>
    <bpmn:messageFlow id="Flow_m" sourceRef="Participant_2" targetRef="Start_1"/>
  </bpmn:collaboration>
  <bpmn:process id="Process_1" isExecutable="true" camunda:historyTimeToLive="180">
    <bpmn:laneSet id="LaneSet_1"><bpmn:lane id="Lane_1" name="Window"><bpmn:flowNodeRef>Activity_1</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="Start_1" camunda:initiator="who"><bpmn:outgoing>Flow_1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="Flow_1" sourceRef="Start_1" targetRef="Activity_1"/>
    <bpmn:userTask id="Activity_1" name="Check" camunda:candidateGroups="clerks" camunda:formKey="embedded:app:f.html">
      <bpmn:extensionElements><camunda:formData><camunda:formField id="ok" type="boolean"/></camunda:formData></bpmn:extensionElements>
      <bpmn:incoming>Flow_1</bpmn:incoming><bpmn:outgoing>Flow_2</bpmn:outgoing>
      <bpmn:multiInstanceLoopCharacteristics camunda:collection="${clerks}" camunda:elementVariable="clerk"/>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="Gateway_1" default="Flow_4"/>
    <bpmn:sequenceFlow id="Flow_2" sourceRef="Activity_1" targetRef="Gateway_1"/>
    <bpmn:sequenceFlow id="Flow_3" sourceRef="Gateway_1" targetRef="Activity_2">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${ok == true &amp;&amp; amount &gt; 5}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:serviceTask id="Activity_2" name="Pay" camunda:type="external" camunda:topic="pay"/>
    <bpmn:sequenceFlow id="Flow_5" sourceRef="Activity_2" targetRef="End_1"/>
    <bpmn:sequenceFlow id="Flow_4" sourceRef="Gateway_1" targetRef="End_1"/>
    <bpmn:endEvent id="End_1"/>
    <bpmn:boundaryEvent id="Event_1" attachedToRef="Activity_1">
      <bpmn:timerEventDefinition id="T_1"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1W</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="Flow_6" sourceRef="Event_1" targetRef="End_1"/>
    <bpmn:dataObjectReference id="Data_1" dataObjectRef="Object_1"/><bpmn:dataObject id="Object_1"/>
    <bpmn:textAnnotation id="Text_1"><bpmn:text>note</bpmn:text></bpmn:textAnnotation>
    <bpmn:association id="Association_1" sourceRef="Activity_1" targetRef="Text_1"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="Diagram_1"><bpmndi:BPMNPlane id="Plane_1" bpmnElement="Collaboration_1">
    <bpmndi:BPMNShape id="S1" bpmnElement="Start_1"><dc:Bounds x="1" y="1" width="36" height="36"/></bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>"""

ZEEBE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="d" targetNamespace="http://bpmn.io/schema/bpmn"
    modeler:executionPlatform="Camunda Cloud">
  <process id="p"><extensionElements><zeebe:userTaskForm id="f">{}</zeebe:userTaskForm></extensionElements>
    <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/>
    <userTask id="a"><extensionElements><zeebe:assignmentDefinition candidateGroups="= groups"/></extensionElements></userTask>
    <sequenceFlow id="f2" sourceRef="a" targetRef="g"/><inclusiveGateway id="g" default="f4"/>
    <sequenceFlow id="f3" sourceRef="g" targetRef="b"><conditionExpression>= level = "high"</conditionExpression></sequenceFlow>
    <sequenceFlow id="f4" sourceRef="g" targetRef="j"/>
    <businessRuleTask id="b"><extensionElements><zeebe:calledDecision decisionId="d1"/></extensionElements></businessRuleTask>
    <sequenceFlow id="f5" sourceRef="b" targetRef="j"/><inclusiveGateway id="j"/><sequenceFlow id="f6" sourceRef="j" targetRef="e"/>
    <endEvent id="e"/></process></definitions>"""

SIGNAVIO = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:signavio="http://www.signavio.com"
    id="sid-1" targetNamespace="http://www.signavio.com" exporter="Signavio Process Editor">
  <collaboration id="sid-2"><extensionElements><signavio:signavioDiagramMetaData metaKey="x" metaValue=""/></extensionElements>
    <participant id="sid-3" processRef="sid-4"/><participant id="sid-3b" processRef="sid-4b"/></collaboration>
  <process id="sid-4b" isClosed="false"/>
  <process id="sid-4" isClosed="false" processType="None">
    <laneSet id="sid-5"><lane id="sid-6"><extensionElements><signavio:signavioMetaData metaKey="bgcolor" metaValue=""/></extensionElements></lane></laneSet>
    <startEvent id="sid-7A-1"/><userTask id="sid-7A-2" name="Review" implementation="webService" completionQuantity="1" startQuantity="1"/>
    <endEvent id="sid-7A-3"/>
    <sequenceFlow id="sid-f1" sourceRef="sid-7A-1" targetRef="sid-7A-2"/><sequenceFlow id="sid-f2" sourceRef="sid-7A-2" targetRef="sid-7A-3"/>
  </process></definitions>"""

FLOWABLE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:flowable="http://flowable.org/bpmn"
    typeLanguage="http://www.w3.org/2001/XMLSchema" expressionLanguage="http://www.w3.org/1999/XPath" targetNamespace="http://flowable.org">
  <process id="p" isExecutable="true"><startEvent id="_1" flowable:formFieldValidation="true"/>
    <userTask id="_2" flowable:assignee="$INITIATOR"><documentation>x</documentation>
      <multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>${people}</loopCardinality>
      <completionCondition>${numberOfCompletedInstances >= 2}</completionCondition></multiInstanceLoopCharacteristics></userTask>
    <callActivity id="_3" calledElement="inspection" flowable:inheritVariables="true"/>
    <endEvent id="_4"><terminateEventDefinition flowable:terminateAll="true"/></endEvent>
    <sequenceFlow id="_f1" sourceRef="_1" targetRef="_2"/><sequenceFlow id="_f2" sourceRef="_2" targetRef="_3"/>
    <sequenceFlow id="_f3" sourceRef="_3" targetRef="_4"/></process></definitions>"""


class TestDrawnElsewhere:
    def test_camunda(self):
        graph = compiled(CAMUNDA)
        check = graph.nodes["Activity_1"]
        assert (check.post, check.multi.collection) == ("{Activity_1_each}", "Activity_1_posts")
        assert graph.nodes["Activity_2"].step == "Activity_2"
        assert graph.nodes["Event_1"].limit == Limit(7, LimitUnit.DAYS)
        condition = next(flow.condition for flow in graph.outgoing["Gateway_1"] if flow.id == "Flow_3")
        assert condition.holds({"ok": True, "amount": 6})

    def test_zeebe(self):
        graph = compiled(ZEEBE)
        assert (graph.nodes["a"].post, graph.nodes["b"].step, graph.joins) == ("{a_post}", "b", {"j": "g"})
        assert graph.outgoing["g"][0].condition.holds({"level": "high"})

    def test_signavio(self):
        graph = compiled(SIGNAVIO)
        assert [node.datum for node in graph.user_tasks] == ["sid_7A_2"]

    def test_flowable(self):
        graph = compiled(FLOWABLE)
        assert [node.datum for node in graph.user_tasks] == ["n_2"]
        assert (graph.nodes["_3"].called, graph.nodes["_4"].terminates) == ("inspection", True)
        assert (graph.nodes["_2"].multi.cardinality, graph.nodes["_2"].multi.sequential) == ("people", True)

    @pytest.mark.parametrize(
        ("part", "element"),
        [
            ('<subProcess id="x"/>', "subProcess"),
            ('<task id="x"/>', "task"),
            ('<scriptTask id="x"><script>1</script></scriptTask>', "scriptTask"),
            ('<complexGateway id="x"/>', "complexGateway"),
            ('<eventBasedGateway id="x"/>', "eventBasedGateway"),
            ('<intermediateThrowEvent id="x"/>', "intermediateThrowEvent"),
            ('<userTask id="x" hm:post="a.b"><standardLoopCharacteristics/></userTask>', "standardLoopCharacteristics"),
            ('<endEvent id="x"><errorEventDefinition/></endEvent>', "errorEventDefinition"),
            ('<startEvent id="x"><messageEventDefinition/></startEvent>', "messageEventDefinition"),
            ('<boundaryEvent id="x" attachedToRef="a"><signalEventDefinition/></boundaryEvent>', "signalEventDefinition"),
            ('<intermediateCatchEvent id="x"><timerEventDefinition><timeCycle>R3/P1D</timeCycle></timerEventDefinition></intermediateCatchEvent>',
             "timeCycle"),
        ],
    )  # fmt: skip
    def test_what_is_not_supported_is_named_with_its_line(self, part, element):
        with pytest.raises(refused.ElementNotSupported) as caught:
            compiled(bpmn(f'<startEvent id="s"/>\n{part}'))
        assert caught.value.details == {"element": element, "line": 5}

    @pytest.mark.parametrize(
        ("part", "refusal"),
        [
            ('<userTask id="x" isForCompensation="true"/>', refused.AttributeNotSupported),
            ('<userTask id="x" startQuantity="2"/>', refused.AttributeNotSupported),
            ('<userTask id="x" hm:stops="supplement"/>', refused.BasisMissing),
            ('<userTask id="x" hm:workingDays="2" hm:overdue="outcome:done"/>', refused.BasisMissing),
            ('<userTask id="x" hm:overdue="outcome:done" hm:basis="法"/>', refused.LimitNotUnderstood),
            ('<userTask id="x" hm:workingDays="2" hm:overdue="outcome:other" hm:basis="法"/>', refused.ValueNotUnderstood),
            ('<userTask id="x" hm:batch="perhaps"/>', refused.ValueNotUnderstood),
            ('<serviceTask id="x" hm:step="a.b" hm:run="sometimes"/>', refused.ValueNotUnderstood),
            ('<callActivity id="x"/>', refused.ValueNotUnderstood),
            ('<userTask id="x" hm:outcomes="mixed no"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
             "</multiInstanceLoopCharacteristics></userTask>", refused.IdNotUsable),
            ('<userTask id="x"><multiInstanceLoopCharacteristics hm:collection="a"><loopCardinality>2</loopCardinality>'
             "</multiInstanceLoopCharacteristics></userTask>", refused.ValueNotUnderstood),
            ('<userTask id="x"><multiInstanceLoopCharacteristics><loopCardinality>100</loopCardinality>'
             "</multiInstanceLoopCharacteristics></userTask>", refused.ValueNotUnderstood),
            ('<userTask id="x" hm:post="applicant"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
             "</multiInstanceLoopCharacteristics></userTask>", refused.PostMissing),
        ],
    )  # fmt: skip
    def test_what_would_mean_something_else_is_refused(self, part, refusal):
        with pytest.raises(refusal) as caught:
            compiled(bpmn(f'<startEvent id="s"/>\n{part}\n<endEvent id="e"/>'))
        assert caught.value.details["line"] == 5


def same(one: Graph, other: Graph) -> bool:
    def bare(graph: Graph):
        return (
            {node.id: replace(node, line=0) for node in graph.nodes.values()},
            {flow.id: replace(flow, line=0) for flows in graph.outgoing.values() for flow in flows},
            dict(graph.joins),
            graph.limit,
        )

    return bare(one) == bare(other)


def full() -> Drawing:
    return (
        Drawing().start().each("ask", attributes='hm:outcomes="agree refuse"', until="count_refuse >= 1").boundary("late", "ask", 3)
        .call("inspect", "called").timer("wait", 2).exclusive("x", "on").user("fix", "applicant", 'hm:stops="supplement" hm:basis="法"')
        .exclusive("m").end().terminate("stop")
        .line("start", "m", "ask", "x").line("x", "inspect", id="on").line("x", "fix", when="ask == 'refuse'").line("fix", "m")
        .line("inspect", "wait", "end").line("late", "stop")
    )  # fmt: skip


class TestWrittenOut:
    @pytest.mark.parametrize("drawing", [two_steps(), side_by_side(), full()])
    def test_it_is_bpmn_by_omgs_own_schema_and_reads_back_the_same(self, drawing, schema):
        text = exported(drawing.text())
        schema.assertValid(etree.fromstring(text.encode()))
        assert same(compiled(text), compiled(drawing.text()))
        assert exported(text).count("<bpmndi:BPMNDiagram") == 1

    def test_the_definitions_of_the_house(self, schema):
        for _code, path in ports.definitions.items():
            text = exported(path.read_text(encoding="utf-8"))
            schema.assertValid(etree.fromstring(text.encode()))
            assert same(compiled(text), compiled(path.read_text(encoding="utf-8")))

    def test_another_engine_opens_it(self):
        parser = BpmnParser()
        parser.add_bpmn_str(exported(full().text()).encode())
        parser.add_bpmn_str(exported(CALLED).encode())
        assert {spec.bpmn_id for spec in parser.get_spec("p").task_specs.values()} >= {"ask", "inspect", "wait", "fix"}

    def test_what_another_modeller_drew_keeps_its_diagram(self):
        text = exported(CAMUNDA)
        assert text.count("BPMNDiagram") == 2
        assert "camunda:formField" in text

    @settings(max_examples=60, deadline=None)
    @given(blocks)
    def test_any_graph_goes_out_and_comes_back(self, block):
        builder = Builder()
        builder.build(block, "start", "end")
        text = exported(builder.drawing.text())
        BpmnParser().add_bpmn_str(text.encode())
        graph = compiled(text)
        assert same(graph, compiled(builder.drawing.text()))
        boxes = layout(graph)
        assert boxes.keys() == graph.nodes.keys()
        placed = [box[:2] for node, box in boxes.items() if graph.nodes[node].kind is not NodeKind.BOUNDARY]
        assert len(set(placed)) == len(placed)


class TestDocumented:
    def test_every_element_and_attribute_stands_in_the_documentation(self):
        text = (Path(__file__).parents[5] / "docs/processes.md").read_text(encoding="utf-8")
        elements, attributes = text.split("## Attributes")[0], text.split("## Attributes")[1]
        rows = {row.split("`")[1]: row for row in elements.splitlines() if row.startswith("| `")}
        assert rows.keys() == {*map(str, READERS), "process", "sequenceFlow", "multiInstanceLoopCharacteristics"}
        for element, ours in OUR_ATTRIBUTES.items():
            assert set(rows[element].split("|")[2].replace("`", "").split()) == ours, element
        for name in set().union(*OUR_ATTRIBUTES.values()) - {"nameEn", "step", "decision", "urgent"}:
            assert f"`{name}`" in attributes, name
